"""What a header says of lists, machines, wishes and threads; nonsense counts as nothing."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.messages import NO_HEADER_FACTS, HeaderFacts, ParseLimits, Sensitivity, parse
from passerelle.messages.headers.facts import header_facts_of
from passerelle.messages.headers.fields import read_headers

INDEX = bytes(range(27))  # a thread's beginning, and one answer


def facts(fields: str) -> HeaderFacts:
    return parse(f"From: a@example.com\n{fields}\n\n".encode()).header_facts


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        pytest.param("Subject: hello", {}, id="nothing-of-it"),
        pytest.param(
            'List-Id: "News, of all" <News.Example.COM>',
            {"list_id": "news.example.com"},
            id="a-list-with-its-name",
        ),
        pytest.param("List-Id: news.example", {"list_id": "news.example"}, id="a-bare-list"),
        pytest.param("List-Id: <news.example", {"list_id": "news.example"}, id="a-torn-list"),
        pytest.param(
            "Auto-Submitted: Auto-Replied (vacation); x=y",
            {"auto_submitted": "auto-replied"},
            id="an-automatic-answer",
        ),
        pytest.param("Precedence: Bulk", {"precedence": "bulk"}, id="a-precedence"),
        pytest.param(
            "Sensitivity: Company-Confidential",
            {"sensitivity": Sensitivity.CONFIDENTIAL},
            id="confidential",
        ),
        pytest.param("Sensitivity: personal", {"sensitivity": Sensitivity.PERSONAL}, id="personal"),
        pytest.param("Sensitivity: Private", {"sensitivity": Sensitivity.PRIVATE}, id="private"),
        pytest.param("Sensitivity: whatever", {}, id="a-sensitivity-that-is-none"),
        pytest.param(
            f"Thread-Index: {b64encode(INDEX).decode()}", {"thread_index": INDEX}, id="a-thread"
        ),
        pytest.param(
            f"Thread-Index: {b64encode(INDEX).decode()[:20]}\n {b64encode(INDEX).decode()[20:]}",
            {"thread_index": INDEX},
            id="a-folded-thread",
        ),
        pytest.param("Thread-Index: Ad!!==", {}, id="a-thread-that-is-no-base64"),
        pytest.param("Thread-Index: é", {}, id="a-thread-that-is-no-ascii"),
        pytest.param("Thread-Index: QUJD", {}, id="a-thread-too-short"),
        pytest.param(f"Thread-Index: {b64encode(bytes(273)).decode()}", {}, id="one-too-long"),
    ],
)
def test_header_facts(fields: str, found: dict[str, object]) -> None:
    assert facts(fields) == HeaderFacts(**found)  # type: ignore[arg-type]


def test_most_messages_share_the_same_nothing() -> None:
    assert facts("Subject: hello") is NO_HEADER_FACTS


@given(
    st.sampled_from(["List-Id", "Auto-Submitted", "Precedence", "Sensitivity", "Thread-Index"]),
    st.binary(max_size=200),
)
def test_no_bytes_make_it_raise_or_leave_dirt(name: str, value: bytes) -> None:
    headers = read_headers(name.encode() + b": " + value + b"\r\n", ParseLimits())
    found = header_facts_of(headers)
    texts = [found.list_id, found.auto_submitted, found.precedence]
    for text in texts:
        assert "\0" not in text
        text.encode()
