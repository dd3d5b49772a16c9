"""Authentication-Results: which field counts, and what it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.messages.showing.authentication import (
    Check,
    Checks,
    Method,
    Verdict,
    checks_of,
)

SERVER = "mx.company.example"
PASSED, FAILED, UNPROVED = Verdict.PASSED, Verdict.FAILED, Verdict.UNPROVED


def found(*fields: str, server: str = SERVER) -> list[tuple[str, Verdict, str, str]]:
    head = "".join(f"Authentication-Results: {field}\r\n" for field in fields)
    checks = checks_of(f"{head}Subject: x\r\n\r\n".encode(), server)
    if checks is None:
        return []
    return [(one.method.value, one.verdict, one.word, one.domain) for one in checks.checks]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        pytest.param(
            f"{SERVER}; spf=pass smtp.mailfrom=carla@customer.example",
            [("spf", PASSED, "pass", "customer.example")],
            id="spf",
        ),
        pytest.param(
            f"{SERVER};\r\n dkim=pass (2048-bit key; unprotected) header.d=customer.example"
            ' header.i=@customer.example header.b="abc/+="\r\n\theader.a=rsa-sha256;'
            " dmarc=pass (p=reject dis=none) header.from=customer.example;"
            " spf=softfail smtp.helo=out.customer.example",
            [
                ("spf", UNPROVED, "softfail", "out.customer.example"),
                ("dkim", PASSED, "pass", "customer.example"),
                ("dmarc", PASSED, "pass", "customer.example"),
            ],
            id="all-three-with-comments-and-folds",
        ),
        pytest.param(
            f'"{SERVER}" 1; dmarc/1 = fail reason="no (good) policy; none" header.from=a.example',
            [("dmarc", FAILED, "fail", "a.example")],
            id="quoted-versions-and-a-reason",
        ),
        pytest.param(
            f"{SERVER}; dkim=fail header.d=list.example; dkim=pass header.d=a.example",
            [("dkim", PASSED, "pass", "a.example")],
            id="one-signature-that-holds-is-enough",
        ),
        pytest.param(
            f"{SERVER}; dkim=fail header.d=a.example; dkim=none",
            [("dkim", FAILED, "fail", "a.example")],
            id="the-first-of-those-that-do-not",
        ),
        pytest.param(
            f"{SERVER}; arc=pass; auth=pass smtp.auth=x; iprev=pass policy.iprev=192.0.2.1;"
            " spf=temperror",
            [("spf", UNPROVED, "temperror", "")],
            id="others-are-passed-over",
        ),
        pytest.param(f"{SERVER}; none", [], id="nothing-was-checked"),
        pytest.param(f"{SERVER}", [], id="only-a-name"),
        pytest.param(
            f"{SERVER}; spf=; =pass; dkim; dmarc=pass header.from=<b>; spf=pass",
            [("spf", PASSED, "pass", ""), ("dmarc", PASSED, "pass", "b")],
            id="what-is-broken-is-passed-over",
        ),
        pytest.param(
            f'{SERVER}; spf=pass smtp.mailfrom="x; dkim=pass header.d=bank.example"@evil.example',
            [("spf", PASSED, "pass", "")],
            id="a-quoted-local-part-is-no-result",
        ),
        pytest.param(
            f'{SERVER}; spf=pass reason=";" dkim=pass; dmarc=fail',
            [("spf", PASSED, "pass", ""), ("dmarc", FAILED, "fail", "")],
            id="a-quoted-sign-is-none",
        ),
        pytest.param(
            f"{SERVER}; spf=pass smtp.mailfrom=a@exämple.example",
            [("spf", PASSED, "pass", "exämple.example")],
            id="a-name-beyond-ascii",
        ),
        pytest.param(f"{SERVER}; (spf=pass (", [], id="a-comment-that-does-not-end"),
    ],
)
def test_what_a_field_says(field: str, expected: list[tuple[str, Verdict, str, str]]) -> None:
    assert found(field) == expected


TRUE, FORGED = f"{SERVER}; spf=fail", f"{SERVER}; spf=pass"


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param([TRUE, FORGED], id="the-topmost-of-two"),
        pytest.param([TRUE, f"{SERVER}; dkim=pass header.d=bank.example"], id="nothing-is-added"),
        pytest.param(["mx.other.example; spf=pass", TRUE], id="below-one-of-somebody-else"),
        pytest.param([f"{SERVER}.evil.example; spf=pass", TRUE], id="a-name-that-begins-alike"),
        pytest.param([f"x{SERVER}; spf=pass", TRUE], id="a-name-that-ends-alike"),
        pytest.param([f"({SERVER}) evil.example; spf=pass", TRUE], id="the-name-in-a-comment"),
        pytest.param([TRUE.upper(), FORGED], id="whatever-its-case"),
    ],
)
def test_only_the_topmost_of_the_believed_server_counts(fields: list[str]) -> None:
    assert found(*fields) == [("spf", FAILED, "fail", "")]


@pytest.mark.parametrize(
    ("fields", "server"),
    [
        pytest.param([FORGED], "", id="nobody-is-believed"),
        pytest.param([FORGED], "mx.other.example", id="somebody-else-is"),
        pytest.param([], SERVER, id="no-field"),
        pytest.param([""], SERVER, id="an-empty-field"),
        pytest.param(["; spf=pass"], SERVER, id="a-field-without-a-name"),
        pytest.param(["mx.other.example; spf=pass"] * 20 + [FORGED], SERVER, id="too-many"),
    ],
)
def test_what_nobody_who_is_believed_says_is_not_shown(fields: list[str], server: str) -> None:
    assert found(*fields, server=server) == []


def test_it_is_shown_by_whom() -> None:
    raw = f"Authentication-Results: {TRUE.upper()}\r\n\r\n".encode()
    assert checks_of(raw, SERVER) == Checks(SERVER, (Check(Method.SPF, FAILED, "fail", ""),))


@given(st.text(alphabet=f'{SERVER[:3]} ;=()"\\spfdkim.@\x00é\n', max_size=300))
def test_any_field_is_read(text: str) -> None:
    for method, _, word, domain in found(f"{SERVER}; {text}"):
        assert method in {"spf", "dkim", "dmarc"}
        assert len(word) <= 20
        assert not set(domain) & set(' ;=()"\\')
