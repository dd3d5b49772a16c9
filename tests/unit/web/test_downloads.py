"""What somebody else wrote is handed out so that no browser runs it."""

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.web.conftest import RAW, World

from passerelle.crm.models import ActivityMimeAttachment
from passerelle.web.downloads import NAME_CHARS, download, safe_name, table_answer


def assert_harmless(headers: dict[str, str]) -> None:
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"].startswith("attachment")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "no-store" in headers["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.database
def test_an_attachment_is_a_file_and_nothing_more(world: World, as_ann: Client) -> None:
    response = as_ann.get(reverse("web:email-attachment", args=[world.received.pk, 1]))
    assert_harmless(dict(response.headers))
    assert response["Content-Disposition"] == 'attachment; filename="page.html"'
    assert response.content == b"<script>alert(1)</script>"


@pytest.mark.django_db
@pytest.mark.database
def test_the_source_is_byte_for_byte_what_came(world: World, as_ann: Client) -> None:
    response = as_ann.get(reverse("web:email-source", args=[world.received.pk]))
    assert_harmless(dict(response.headers))
    assert response.content == RAW


@pytest.mark.django_db
@pytest.mark.database
@pytest.mark.parametrize(
    "part", ["9", "", "x" * 60], ids=["no-such-part", "an-empty-path", "no-path-at-all"]
)
def test_an_attachment_that_the_message_lacks_is_not_there(
    world: World, as_ann: Client, part: str
) -> None:
    ActivityMimeAttachment.objects.update(part=part)
    response = as_ann.get(reverse("web:email-attachment", args=[world.received.pk, 1]))
    assert response.status_code == 404


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        pytest.param("offer.pdf", "offer.pdf", id="a-plain-name-stays"),
        pytest.param("références été.csv", "références été.csv", id="letters-of-any-language-stay"),
        pytest.param("../../etc/passwd", "passwd", id="a-path-loses-its-folders"),
        pytest.param("C:\\windows\\run.exe", "run.exe", id="so-does-a-windows-path"),
        pytest.param("a\r\nSet-Cookie: x", "aSet-Cookie_ x", id="a-line-break-ends-no-header"),
        pytest.param("\u202egpj.exe", "gpj.exe", id="the-writing-direction-is-not-turned"),
        pytest.param('a"b<c>.txt', "a_b_c_.txt", id="reserved-characters-go"),
        pytest.param(" . . ", "", id="a-name-of-nothing-is-none"),
        pytest.param("x" * 300 + ".pdf", "x" * 116 + ".pdf", id="a-long-name-keeps-its-ending"),
    ],
)
def test_safe_name(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.text(max_size=400))
def test_no_name_breaks_the_answer(name: str) -> None:
    safe = safe_name(name)
    assert len(safe) <= NAME_CHARS
    assert not set(safe) & set('\\/:*?"<>|\r\n\0')
    header = download(b"", name, fallback="file.bin")["Content-Disposition"]
    assert header.startswith("attachment; filename")
    assert "\n" not in header


def test_a_table_is_stored_line_by_line_under_its_name() -> None:
    answer = table_answer(iter(["é;a\r\n", "b;c\r\n"]), "audit.csv")
    assert answer.getvalue() == "é;a\r\nb;c\r\n".encode()
    assert answer["Content-Disposition"] == 'attachment; filename="audit.csv"'
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["X-Content-Type-Options"] == "nosniff"
