"""Files of a draft: bounds, blocked kinds, and bytes that go when nothing needs them."""

import pytest
from django.core.exceptions import ValidationError

from passerelle.crm.models import Email, RawMessage, RawPack, SystemUser
from passerelle.crm.services import (
    FileRules,
    Upload,
    Written,
    attach,
    attached_files,
    blocked_extension,
    create_draft,
    create_user,
    detach,
    discard_draft,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]

RULES = FileRules(file_bytes=10, total_bytes=15, blocked=frozenset({"exe", "svg"}))


@pytest.fixture
def draft() -> Email:
    anna: SystemUser = create_user("Anna", "anna@example.com")
    return create_draft(Written("", "Files", ""), sender=anna, owner=anna)


def names(email: Email) -> list[str]:
    return [one.filename for one in email.attachments.order_by("number")]


def test_files_are_kept_and_taken_away_with_their_bytes(draft: Email) -> None:
    draft = attach(draft, [Upload("a.txt", b"aaa"), Upload("b.bin", b"")], RULES)
    assert (draft.attachment_count, names(draft)) == (2, ["a.txt", "b.bin"])
    assert [one.data for one in attached_files(draft)] == [b"aaa", b""]
    draft = detach(detach(draft, 1), 1)
    assert (draft.attachment_count, names(draft)) == (1, ["b.bin"])
    assert RawMessage.objects.count() == RawPack.objects.count() == 1
    draft = attach(draft, [Upload("c.txt", b"c")], RULES)
    assert names(draft) == ["b.bin", "c.txt"]
    discard_draft(draft)
    assert not RawPack.objects.exists()


@pytest.mark.parametrize(
    ("uploads", "told"),
    [
        pytest.param([Upload("a.exe", b"")], ".exe", id="a-blocked-kind"),
        pytest.param([Upload("a.EXE. ", b"")], ".exe", id="however-it-is-spelt"),
        pytest.param([Upload("a.txt", b"x" * 11)], "a.txt", id="a-file-too-large"),
        pytest.param([Upload("a", b"x" * 8), Upload("b", b"x" * 8)], "16", id="too-much-together"),
        pytest.param([Upload("a", b"")] * 101, "100", id="too-many"),
    ],
)
def test_what_may_not_go_is_refused_whole(draft: Email, uploads: list[Upload], told: str) -> None:
    with pytest.raises(ValidationError) as refused:
        attach(draft, uploads, RULES)
    assert told in refused.value.messages[0]
    assert not draft.attachments.exists()
    assert not RawPack.objects.exists()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        pytest.param("C:\\folder\\a.txt", "a.txt", id="no-folder-of-windows"),
        pytest.param("../../etc/passwd", "passwd", id="no-folder"),
        pytest.param("a\r\nb\0.txt", "a b .txt", id="one-line"),
        pytest.param("\u202etxt.exe.pdf", "txt.exe.pdf", id="nothing-turned-around"),
    ],
)
def test_a_name_is_only_a_name(draft: Email, typed: str, kept: str) -> None:
    assert names(attach(draft, [Upload(typed, b"")], RULES)) == [kept]


@pytest.mark.parametrize(
    ("name", "ending"),
    [("a.exe", "exe"), ("a.txt", ""), ("exe", "exe"), ("a.exe.txt", ""), ("", "")],
)
def test_the_last_ending_counts(name: str, ending: str) -> None:
    assert blocked_extension(name, {"exe"}) == ending
