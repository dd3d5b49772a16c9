"""A folder of real servers, from the page to the record: bound, filed into, renamed, taken from."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing

import pytest
from django.test import Client
from django.urls import reverse
from tests.system.anna import PASSWORD, mailbox_of_anna
from tests.system.servers.cyrus import Cyrus, cyrus
from tests.system.servers.dovecot import Dovecot, dovecot
from tests.system.servers.pymap_server import Pymap, pymap

from passerelle.crm.models import Account, Email
from passerelle.crm.models.mail.emails import EmailStatus
from passerelle.crm.models.people import FilteringMethod, Role, SystemUser
from passerelle.crm.services import create_contact, create_sign_in
from passerelle.engine.services import ask, run_due
from passerelle.faults import Secret
from passerelle.faults.mail.tracking import FolderNotRead
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import EmailServerProfile, Mailbox, SystemSettings
from passerelle.protocols.imap import open_imap
from passerelle.protocols.imap.append import append
from passerelle.protocols.imap.syntax.strings import folder_name
from passerelle.protocols.interfaces import Cursor, Login
from passerelle.sync.models import Place, Submission, TakeRequest, TrackingFolder
from passerelle.sync.services import Wish, read_folder, request_folders

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]

FOLDER, LATER = "Dubois & fils – été", "Archivé"
Server = Dovecot | Pymap | Cyrus
MADE: dict[str, Callable[[dict[str, str]], AbstractContextManager[Server]]] = {
    "dovecot": dovecot,
    "pymap": pymap,
    "cyrus": cyrus,
}


@pytest.fixture(params=list(MADE))
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with MADE[request.param]({"anna": PASSWORD}) as running:
        yield running


@pytest.fixture
def anna(server: Server) -> Mailbox:
    """A mailbox that takes no mail by itself."""
    return mailbox_of_anna(server.endpoint().port, FilteringMethod.NONE)


def in_mail_program(server: Server, *commands: tuple[bytes | str, ...]) -> None:
    """What Anna does herself: names of folders are texts, the rest is IMAP."""
    with closing(open_imap(server.endpoint(), Login("anna", Secret(PASSWORD)))) as source:
        for pieces in commands:
            words = [folder_name(one) if isinstance(one, str) else one for one in pieces]
            source.session.succeed("test", *words)


def file(server: Server, folder: str, number: int, head: str = "From: x@else.example") -> None:
    raw = f"{head}\r\nMessage-ID: <{number}@x>\r\nSubject: n{number}\r\n\r\nText {number}\r\n"
    with closing(open_imap(server.endpoint(), Login("anna", Secret(PASSWORD)))) as source:
        append(source.session, folder, raw.encode())


def read(anna: Mailbox) -> list[str]:
    ask("incoming", anna.pk)
    run_due()
    return sorted(Email.objects.values_list("subject", flat=True))


def test_from_the_page_to_the_record(server: Server, anna: Mailbox) -> None:
    client = Client()
    client.force_login(create_sign_in("anna", Role.USER, systemuser=anna.systemuser))
    record = Account.objects.create(name="Dubois SA")
    in_mail_program(server, (b"CREATE ", FOLDER))
    file(server, "INBOX", 1)
    file(server, FOLDER, 2)
    client.post(reverse("web:my-folders"), {"list": "1"})
    run_due()
    assert FOLDER.replace("&", "&amp;") in client.get(reverse("web:my-folders")).content.decode()
    choice = {"folder": FOLDER, "choice": f"account {record.pk}"}
    client.post(reverse("web:my-folder"), choice)
    assert read(anna) == ["n2"]
    in_mail_program(server, (b"RENAME ", FOLDER, b" ", LATER))
    file(server, LATER, 3)
    assert read(anna) == ["n2", "n3"]
    assert {email.regarding_account for email in Email.objects.all()} == {record}
    row = TrackingFolder.objects.get()
    assert (row.folder, row.tracked) == (LATER, 2)
    assert bool(row.object_id) is not isinstance(server, Dovecot)


def test_what_another_program_sent_is_outgoing_and_its_answer_finds_it(
    server: Server, anna: Mailbox
) -> None:
    SystemUser.objects.update(incoming_email_filtering_method=FilteringMethod.CUSTOMERS)
    create_contact("Clara", "Client", email_address1="clara@else.example")
    mailboxes.save_tracking_rules({"track_sent": True}, "admin")
    in_mail_program(server, (b"CREATE ", "Sent"))
    file(server, "Sent", 1, "From: anna@example.org\r\nTo: clara@else.example\r\n"
         "Date: Mon, 02 Mar 2026 09:00:00 +0000")  # fmt: skip
    client = Client()
    client.force_login(create_sign_in("anna", Role.USER, systemuser=anna.systemuser))
    client.post(reverse("web:my-folders"), {"sent": "1"})
    assert read(anna) == []
    file(server, "INBOX", 3, "From: clara@else.example\r\nIn-Reply-To: <2@x>")
    file(server, "Sent", 2, "From: anna@example.org\r\nTo: clara@else.example")
    assert read(anna) == ["n2", "n3"]
    sent, answer = Email.objects.order_by("subject")
    assert (sent.direction_code, sent.statuscode) == (True, EmailStatus.SENT)
    assert answer.correlated_activity == sent
    assert not Submission.objects.exists()
    page = client.get(reverse("web:email", args=[sent.pk]))
    assert "anna@example.org" in page.content.decode()


def test_tracked_mail_is_moved_once_and_marked(server: Server, anna: Mailbox) -> None:
    SystemUser.objects.update(incoming_email_filtering_method=FilteringMethod.ALL)
    SystemSettings.objects.update(mark_tracked=True)
    mailboxes.update_profile(EmailServerProfile.objects.get(), tracked_folder="Suivis – été")
    file(server, "INBOX", 1)
    assert read(anna) == ["n1"]
    with closing(open_imap(server.endpoint(), Login("anna", Secret(PASSWORD)))) as source:
        assert source.list_new(Cursor(), None).items == ()
        moved = source.within("Suivis – été").list_new(Cursor(), None).items
    assert len(moved) == 1
    assert read(anna) == ["n1"]


def test_what_is_ignored_in_a_folder_is_tracked_by_hand(server: Server, anna: Mailbox) -> None:
    client = Client()
    client.force_login(create_sign_in("anna", Role.USER, systemuser=anna.systemuser))

    def track(number: int) -> None:
        place = Place.objects.get(message_id=f"<{number}@x>")
        client.post(reverse("web:place-track", args=[place.pk]))

    in_mail_program(server, (b"CREATE ", FOLDER))
    for number in (1, 2):
        file(server, FOLDER, number)
    file(server, "INBOX", 9)  # its UID is that of one of the others
    request_folders(anna, "anna")
    run_due()
    read_folder(anna, Wish(FOLDER), "anna")
    assert read(anna) == []
    track(1)
    assert read(anna) == ["n1"]
    in_mail_program(server, (b"RENAME ", FOLDER, b" ", LATER))
    track(2)
    assert read(anna) == ["n1", "n2"]
    assert not TakeRequest.objects.exists()

    file(server, LATER, 3)
    read(anna)
    in_mail_program(server, (b"DELETE ", LATER))
    track(3)
    assert read(anna) == ["n1", "n2"]
    assert TakeRequest.objects.get().code == FolderNotRead.code
    page = client.get(reverse("web:my-mailbox")).content.decode()
    assert "The folder in which the message lies is gone" in page
