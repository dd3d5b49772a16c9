"""Signatures and templates: whose they are, what is refused, and how they come into a draft."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from passerelle.crm.models import (
    AuditEntry,
    EmailSignature,
    EmailTemplate,
    SignInAccount,
    SystemUser,
)
from passerelle.crm.models.people import Role
from passerelle.crm.services import (
    Words,
    Written,
    allow_on_behalf,
    create_contact,
    create_draft,
    create_queue,
    create_sign_in,
    create_user,
    give_right_to_send_as,
    insert_wording,
    may_change_wording,
    preview,
    remove_wording,
    save_wording,
    set_default_signature,
    signature_html,
    update_draft,
    visible_signatures,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]

BOTH = {"en": Words("<p>Kind regards<br>{user}</p>"), "fr": Words("<p>Cordialement<br>{user}</p>")}


@pytest.fixture
def anna() -> SystemUser:
    return create_user("Anna & Co", "anna@example.com")


def signature(owner: SystemUser | None = None, words: dict[str, Words] = BOTH) -> EmailSignature:
    made = EmailSignature(owner=owner)
    save_wording(made, "Usual", words, by="anna")
    return made


def test_ones_own_and_the_shared_ones_are_seen(anna: SystemUser, account: SignInAccount) -> None:
    own, shared = signature(anna), signature()
    other = signature(create_user("Bob", "bob@example.com"))
    assert set(visible_signatures(account)) == {own, shared}
    assert [may_change_wording(account, one) for one in (own, shared, other)] == [
        True,
        False,
        False,
    ]
    admin = create_sign_in("admin", Role.ADMINISTRATOR)
    assert [may_change_wording(admin, one) for one in (own, shared)] == [False, True]


def test_what_everybody_sends_is_audited() -> None:
    made = signature()
    save_wording(made, "Other", BOTH, by="admin")
    remove_wording(made, by="admin")
    entries = AuditEntry.objects.order_by("done_on")
    assert [one.action for one in entries] == [
        "wording.created",
        "wording.changed",
        "wording.removed",
    ]
    assert entries[1].detail == {
        "title": "Other",
        "shared": True,
        "languages": ["en", "fr"],
        "images": 0,
    }


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param({"en": Words(" <p></p>")}, "one language", id="no-text-at-all"),
        pytest.param({"en": Words("<p>{recipent}</p>")}, "{recipent}", id="an-unknown-placeholder"),
        pytest.param({"en": Words("<p>a</p>", "{no}")}, "{no}", id="in-the-subject-too"),
        pytest.param({"en": Words("<p>" + "a" * 100_001)}, "too long", id="too-long"),
    ],
)
def test_what_is_refused(words: dict[str, Words], told: str) -> None:
    with pytest.raises(ValidationError) as refused:
        save_wording(EmailTemplate(), "Title", words, by="anna")
    assert told in refused.value.messages[0]
    assert not EmailTemplate.objects.exists()


def test_a_template_brings_subject_and_text_filled_in(anna: SystemUser) -> None:
    create_contact("Carla", "Customer", email_address1="carla@customer.example")
    template = EmailTemplate()
    words = {"en": Words("<p>Dear {recipient_first_name},</p>", "Hello {recipient}")}
    save_wording(template, "Hello", words, by="anna")
    draft = create_draft(Written("carla@customer.example", "", "Bye"), sender=anna, owner=anna)
    draft = insert_wording(draft, template, "en", anna)
    assert draft.subject == "Hello Carla Customer"
    assert draft.html == "<p>Dear Carla,</p><p>Bye</p>"
    assert draft.description == "Dear Carla,\n\nBye"


def test_a_signature_stands_above_the_quotation(anna: SystemUser) -> None:
    html = "<p>Yes.</p><p>Carla wrote:</p><blockquote><p>Well?</p></blockquote>"
    draft = create_draft(Written("", "", "", html=html), sender=anna, owner=anna)
    draft = insert_wording(draft, signature(), "fr", anna)
    assert draft.html == (
        "<p>Yes.</p><p>Cordialement<br>Anna &amp; Co</p>"
        "<p>Carla wrote:</p><blockquote><p>Well?</p></blockquote>"
    )


SHORT = {"en": Words("<p>Yours, {user}</p>")}
FOR_ONE = {"en": Words("<p>Yours, {recipient_first_name}</p>")}


@pytest.mark.parametrize("former", [BOTH, FOR_ONE], ids=["usual", "for-a-recipient"])
@pytest.mark.parametrize("inserted", [False, True], ids=["by-default", "inserted"])
def test_a_signature_makes_room_for_another_and_a_changed_one_stays(
    anna: SystemUser, former: dict[str, Words], *, inserted: bool
) -> None:
    usual, short = signature(anna, former), signature(words=SHORT)
    set_default_signature(anna, usual)
    written = Written(
        "carla@customer.example", "", "", html=f"<p>Hi</p>{signature_html(anna, anna)}"
    )
    draft = create_draft(written, sender=anna, owner=anna)
    if inserted:
        draft = insert_wording(draft, usual, "en", anna)
    draft = insert_wording(draft, short, "en", anna)
    assert draft.html == "<p>Hi</p><p>Yours, Anna &amp; Co</p>"
    changed = "<p>Hi</p><p>Yours truly, Anna</p>"
    draft = update_draft(draft, Written("", "", "", html=changed))
    assert insert_wording(draft, short, "en", anna).html == f"{changed}<p>Yours, Anna &amp; Co</p>"


def test_a_signature_in_a_draft_of_plain_text_makes_room(anna: SystemUser) -> None:
    usual, short = signature(anna), signature(words=SHORT)
    text = "Hi\n\nKind regards\nAnna & Co\n"
    draft = create_draft(Written("", "", text), sender=anna, owner=anna)
    draft = insert_wording(draft, short, "en", anna)
    assert draft.html == "<p>Hi</p><p>Yours, Anna &amp; Co</p>"
    assert insert_wording(draft, usual, "fr", anna).description == "Hi\n\nCordialement\nAnna & Co"


def test_the_signature_of_whom_one_writes_for_makes_room(anna: SystemUser) -> None:
    bob = create_user("Bob", "bob@example.com")
    set_default_signature(bob, signature(bob))
    html = f"<p>Hi</p>{signature_html(bob, anna)}"
    draft = create_draft(Written("", "", "", html=html), sender=bob, owner=anna)
    draft = insert_wording(draft, signature(words=SHORT), "en", anna)
    assert draft.html == "<p>Hi</p><p>Yours, Anna &amp; Co</p>"


def test_a_signature_of_nobody_here_is_a_text_like_any(anna: SystemUser) -> None:
    """What another user keeps for themselves is not looked for."""
    signature(create_user("Bob", "bob@example.com"), {"en": Words("<p>Yours</p>")})
    draft = create_draft(Written("", "", "", html="<p>Yours</p>"), sender=anna, owner=anna)
    draft = insert_wording(draft, signature(words=SHORT), "en", anna)
    assert draft.html == "<p>Yours</p><p>Yours, Anna &amp; Co</p>"


def test_a_default_signature_speaks_the_readers_language(anna: SystemUser) -> None:
    queue = create_queue("Orders", "orders@example.com")
    for writer in (anna, queue):
        assert signature_html(writer, anna) == ""
        set_default_signature(writer, signature())
    with translation.override("fr"):
        assert signature_html(queue, anna) == "<p>Cordialement<br>Anna &amp; Co</p>"
    with translation.override("en"):
        assert signature_html(anna, anna) == "<p>Kind regards<br>Anna &amp; Co</p>"


def test_a_preview_runs_nothing(anna: SystemUser) -> None:
    shown = preview(
        Words("<p>{recipient}{regarding}</p><script>x()</script>", "{user}"), anna, "en"
    )
    assert shown.html == "<p>Claire MartinMartin &amp; Cie</p>"
    assert shown.subject == "Anna & Co"


def test_permissions_are_audited_once(anna: SystemUser, account: SignInAccount) -> None:
    for _ in range(2):
        allow_on_behalf(anna, allowed=True, by="anna")
        give_right_to_send_as(account, given=True, by="admin")
    entries = AuditEntry.objects.filter(action="writing.changed").order_by("done_on")
    assert [one.username for one in entries] == ["anna", "admin"]
    anna.refresh_from_db()
    account.refresh_from_db()
    assert anna.allows_on_behalf
    assert account.may_send_as
