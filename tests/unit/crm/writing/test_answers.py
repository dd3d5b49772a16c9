"""Answers to one, to all, and forwards: whom they go to and what stands below."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage

import pytest
from django.utils import translation

from passerelle.crm.models import (
    ActivityMimeAttachment,
    ActivityParty,
    Email,
    SignInAccount,
)
from passerelle.crm.models.mail.emails import EmailState, EmailStatus, Participation
from passerelle.crm.services import (
    Octets,
    add_alias,
    attached_files,
    discard_draft,
    forward_draft,
    references_of,
    reply_all_draft,
    reply_draft,
    store_pack,
)
from passerelle.guids import new_guid
from passerelle.messages import parse

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def message(**fields: str) -> bytes:
    """A message of a customer to Anna and others, formatted, with a file."""
    made = EmailMessage()
    made["From"] = "Carla <carla@customer.example>"
    made["To"] = "anna@example.com, Bob <bob@elsewhere.example>"
    made["Cc"] = "eve@elsewhere.example"
    made["Subject"] = "An order"
    made["Message-ID"] = "<two@customer.example>"
    made["References"] = "<one@customer.example>"
    for name, value in fields.items():
        made[name.replace("_", "-")] = value
    made.set_content("Please send ten.\n")
    made.add_alternative("<p>Please send <b>ten</b>.</p><script>x()</script>", subtype="html")
    made.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="été.pdf")
    return made.as_bytes()


def received(raw: bytes) -> Email:
    """The record of it, as a cycle writes it."""
    read = parse(raw)
    key = new_guid()
    email = Email.objects.create(
        activity_id=key,
        subject=read.subject,
        description=read.text,
        statecode=EmailState.COMPLETED,
        statuscode=EmailStatus.RECEIVED,
        message_id=read.message_id,
        sent_on=datetime(2026, 3, 2, 8, 30, tzinfo=UTC),
        created_on=datetime(2026, 3, 2, 8, 31, tzinfo=UTC),
        identity=key.bytes * 2,
        text_digest=key.bytes * 2,
        raw=store_pack([Octets(raw)])[0],
        attachment_count=len(read.attachments),
    )
    senders = [read.sender] if read.sender else []
    groups = {Participation.SENDER: senders, Participation.TO: read.to, Participation.CC: read.cc}
    for role, addresses in groups.items():
        for position, one in enumerate(addresses):
            ActivityParty.objects.create(
                email=email, participation=role, address_used=one.address, name_used=one.name,
                position=position,
            )  # fmt: skip
    for number, file in enumerate(read.attachments, 1):
        ActivityMimeAttachment.objects.create(
            email=email, number=number, filename=file.filename, mimetype=file.mimetype,
            filesize=file.size, part=file.part, digest=file.digest,
        )  # fmt: skip
    return email


def addressed(email: Email, role: Participation) -> list[str]:
    return [one.address_used for one in email.parties.filter(participation=role)]


def test_an_answer_goes_to_the_sender_and_quotes_what_was_formatted(account: SignInAccount) -> None:
    draft = reply_draft(received(message()), account)
    assert addressed(draft, Participation.TO) == ["carla@customer.example"]
    assert "<blockquote><p>Please send <b>ten</b>.</p></blockquote>" in draft.html
    assert "> Please send ten." in draft.description
    assert "script" not in draft.html
    assert draft.attachment_count == 0


def test_an_answer_goes_where_the_sender_wants_it(account: SignInAccount) -> None:
    draft = reply_draft(received(message(Reply_To="orders@customer.example")), account)
    assert addressed(draft, Participation.TO) == ["orders@customer.example"]


def test_an_answer_to_all_leaves_out_oneself(account: SignInAccount) -> None:
    draft = reply_all_draft(received(message()), account)
    assert addressed(draft, Participation.TO) == ["carla@customer.example", "bob@elsewhere.example"]
    assert addressed(draft, Participation.CC) == ["eve@elsewhere.example"]


def test_an_answer_to_all_leaves_out_ones_aliases(account: SignInAccount) -> None:
    assert account.systemuser is not None
    add_alias(account.systemuser, "eve@elsewhere.example", "zoe")
    draft = reply_all_draft(received(message()), account)
    assert addressed(draft, Participation.CC) == []


def test_one_answers_ones_own_email_to_those_who_got_it(account: SignInAccount) -> None:
    email = received(message())
    Email.objects.filter(pk=email.pk).update(direction_code=True, statuscode=EmailStatus.SENT)
    draft = reply_draft(Email.objects.get(pk=email.pk), account)
    assert addressed(draft, Participation.TO) == ["anna@example.com", "bob@elsewhere.example"]


def test_the_thread_is_the_one_of_the_message(account: SignInAccount) -> None:
    draft = reply_draft(received(message()), account)
    assert draft.in_reply_to == "<two@customer.example>"
    assert references_of(draft) == ("<one@customer.example>", "<two@customer.example>")


def test_without_its_source_the_thread_is_what_is_recorded(account: SignInAccount) -> None:
    email = received(message())
    Email.objects.filter(pk=email.pk).update(raw=None)
    draft = reply_draft(Email.objects.get(pk=email.pk), account)
    assert references_of(draft) == ("<two@customer.example>",)
    assert "> Please send ten." in draft.description


def test_a_forward_carries_the_files_where_they_lie(account: SignInAccount) -> None:
    email = received(message())
    draft = forward_draft(email, account)
    row = draft.attachments.get()
    assert (row.raw_id, row.filename) == (email.raw_id, "été.pdf")
    assert [one.data for one in attached_files(draft)] == [b"%PDF"]
    assert (draft.subject, draft.in_reply_to) == ("Fwd: An order", "")
    assert references_of(draft) == ()
    assert addressed(draft, Participation.TO) == []
    assert "Carla &lt;carla@customer.example&gt;" in draft.html


def test_a_forward_leaves_an_upload_where_it_is(account: SignInAccount) -> None:
    """An email that failed may have got a file since, which is its own."""
    email = received(message())
    upload = store_pack([Octets(b"since")])[0]
    email.attachments.create(number=9, filename="since.txt", filesize=5, part="", raw=upload)
    discard_draft(forward_draft(email, account))
    assert [one.data for one in attached_files(email)] == [b"%PDF", b"since"]


@pytest.mark.parametrize("subject", ["Fwd: An order", "TR : An order", "fw: An order"])
def test_a_forward_says_so_once(account: SignInAccount, subject: str) -> None:
    email = received(message())
    Email.objects.filter(pk=email.pk).update(subject=subject)
    assert forward_draft(Email.objects.get(pk=email.pk), account).subject == subject


def test_a_quotation_is_introduced_in_the_writers_language(account: SignInAccount) -> None:
    with translation.override("fr"):
        draft = reply_draft(received(message()), account)
        forward = forward_draft(received(message()), account)
    assert "Carla a écrit" in draft.description
    assert "Message transféré" in forward.description
    assert "Objet" in forward.description


def test_what_cannot_be_read_any_more_is_still_answered(account: SignInAccount) -> None:
    email = received(message())
    broken = store_pack([Octets(b"")])[0]
    Email.objects.filter(pk=email.pk).update(raw=broken)
    draft = reply_draft(Email.objects.get(pk=email.pk), account)
    assert "> Please send ten." in draft.description
    assert message_from_bytes(message())["Subject"] == "An order"
