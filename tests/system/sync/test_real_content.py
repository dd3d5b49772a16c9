"""What a message contains, from a real Dovecot to the page: packed files, checks, blocked kinds."""

from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from django.test import Client
from django.urls import reverse
from tests.system.anna import PASSWORD, mailbox_of_anna
from tests.system.servers.dovecot import Dovecot, dovecot
from tests.tnef_streams import Packed, letter

from passerelle.crm.models import Email, RawMessage
from passerelle.crm.models.people import FilteringMethod, Role
from passerelle.crm.services import create_sign_in
from passerelle.engine.services import ask, run_due
from passerelle.mailboxes.models import Mailbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]

SERVER = "mx.company.example"
STAMP = f"Authentication-Results: {SERVER}; dmarc=pass header.from=customer.example\r\n".encode()
OCTETS = bytes(range(256)) * 40  # line ends and zeros that a transfer may change


@pytest.fixture
def inbox() -> Iterator[Dovecot]:
    with dovecot({"anna": PASSWORD}) as server:
        yield server


@pytest.fixture
def anna(inbox: Dovecot) -> Mailbox:
    """A mailbox that takes all mail."""
    return mailbox_of_anna(
        inbox.ports["imap"], FilteringMethod.ALL, profile={"authserv_id": SERVER}
    )


@pytest.fixture
def as_anna(anna: Mailbox) -> Client:
    client = Client()
    client.force_login(create_sign_in("anna", Role.USER, systemuser=anna.systemuser))
    return client


def received(anna: Mailbox, inbox: Dovecot, raw: bytes) -> Email:
    inbox.deliver("anna", raw)
    ask("incoming", anna.pk)
    run_due()
    return Email.objects.get()


def shown(client: Client, email: Email) -> str:
    return client.get(reverse("web:email", args=[email.pk])).content.decode()


def test_the_files_of_a_winmail_dat_are_downloaded_byte_for_byte(
    anna: Mailbox, inbox: Dovecot, as_anna: Client
) -> None:
    packed = letter("<p>Voilà</p>", Packed("plan.bin", OCTETS), Packed("tool.exe", b"MZ"))
    encoded = EmailMessage()
    encoded["From"], encoded["To"] = "carla@customer.example", "anna@example.org"
    encoded["Subject"], encoded["Message-ID"] = "Plan", "<plan@customer.example>"
    encoded.add_attachment(
        packed, maintype="application", subtype="ms-tnef", filename="winmail.dat"
    )
    email = received(anna, inbox, STAMP + encoded.as_bytes())
    rows = {row.filename: row for row in email.attachments.all()}
    assert rows.keys() == {"winmail.dat", "plan.bin", "tool.exe"}
    assert "Voilà" in email.description
    page = shown(as_anna, email)
    assert "customer.example vouches for the sender’s address." in page
    assert "Files that end in .exe are blocked." in page
    download = reverse("web:email-attachment", args=[email.pk, rows["plan.bin"].number])
    assert download in page
    assert as_anna.get(download).content == OCTETS
    assert "Voilà" in as_anna.get(reverse("web:email-frame", args=[email.pk])).content.decode()


NEWSLETTER = (
    b"From: Weekly <weekly@news.example>\r\nTo: anna@example.org\r\n"
    b"Subject: =?utf-8?Q?Id=C3=A9es?= of the week\r\nMessage-ID: <7@news.example>\r\n"
    b"List-Id: The ideas <ideas.news.example>\r\n\r\nTen ideas.\r\n"
)
PERSONAL = (
    b"From: Clara <clara@customer.example>\r\nTo: anna@example.org\r\n"
    b"Subject: Re: [PERSONNEL] Dinner\r\nMessage-ID: <8@customer.example>\r\n\r\nAt eight?\r\n"
)


def test_a_newsletter_and_a_personal_letter_leave_nothing_but_where_they_are(
    anna: Mailbox, inbox: Dovecot, as_anna: Client
) -> None:
    lists = reverse("web:my-never-track")
    as_anna.post(lists, {"what": "list", "value": "ideas.news.example"})
    as_anna.post(lists, {"what": "subject", "value": "[Personnel]"})
    for raw in (NEWSLETTER, PERSONAL):
        inbox.deliver("anna", raw)
    ask("incoming", anna.pk)
    run_due()
    assert (Email.objects.count(), RawMessage.objects.count()) == (0, 0)
    for sender, rule in (
        ("weekly@news.example", "it comes from the mailing list ideas.news.example"),
        ("clara@customer.example", "its subject begins with “[Personnel]”"),
    ):
        page = as_anna.get(reverse("web:where"), {"q": sender}).content.decode()
        assert f"Ignored: Anna never wants such email ({rule})." in page
        assert "Dinner" not in page
        assert "of the week" not in page
