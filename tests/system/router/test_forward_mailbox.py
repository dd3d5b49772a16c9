"""The whole way of a forward mailbox: a router's files, the switch, and what is forwarded to it.

Postfix takes the customers' mail and the forwards, Dovecot is read over POP3 with TLS. Between them
the test plays the rule in a user's mailbox, which forwards each new message as an attachment.
"""

import smtplib
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from io import BytesIO

import pytest
from tests.system.servers.dovecot import Dovecot, dovecot
from tests.system.servers.postfix import Postfix, postfix
from tests.unit.router.made_up import files_of

from passerelle.crm.models import Email, SystemUser
from passerelle.crm.models.people import FilteringMethod
from passerelle.crm.services import update_user
from passerelle.engine.services import run_due
from passerelle.faults.mail.cycles import ForwarderNotSet
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.models.choices import DeliveryMethod, ProcessEmailUsing
from passerelle.router import services as router
from passerelle.router.files.values import Connection, Provider, State
from passerelle.router.files.writing import RouterDescription
from passerelle.sync.models import Place, Quarantine
from passerelle.sync.services import try_again

pytestmark = pytest.mark.django_db(transaction=True)
FORWARD = "forward@example.org"
ANNA, BERT = "anna@example.org", "bert@example.org"
CLARA = "clara@customer.example"
PASSWORD = "s3cret of the collector"
WAIT_SECONDS = 120.0


@pytest.fixture(scope="module")
def reading() -> Iterator[Dovecot]:
    with dovecot({FORWARD: PASSWORD}) as server:
        yield server


@pytest.fixture(scope="module")
def receiving() -> Iterator[Postfix]:
    with postfix(["anna", "bert", "forward"]) as server:
        yield server


@pytest.fixture
def collector(reading: Dovecot, monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    """The forward mailbox that a migration made, read since; Anna forwards to it, Bert may not."""
    monkeypatch.setenv("SSL_CERT_FILE", str(reading.certificates.authority))
    for name, address in (("Anna", ANNA), ("Bert", BERT)):
        user = mailboxes.create_user_with_mailbox(name, address)
        update_user(user, filtering=FilteringMethod.ALL)
    made = migrated(reading)
    anna = Mailbox.objects.get(email_address=ANNA)
    mailboxes.update_mailbox(anna, incoming_method=DeliveryMethod.FORWARD)
    mailboxes.approve([mailbox.pk for mailbox in Mailbox.objects.all()], "test")
    mailboxes.request_test([made.pk], "test")
    run_due()
    made.refresh_from_db()
    assert made.enabled_for_incoming, "the server let it in with the password that was brought"
    return made


def migrated(reading: Dovecot) -> Mailbox:
    """The router read an account of nobody; a person ticks it and brings its password."""
    pop3 = Connection(
        direction="Incoming",
        class_name="Pop3PollingMailboxProvider",
        server="localhost",
        port=str(reading.ports["pop3s"]),
        ssl="true",
        auth="ClearText",
        credential="UserSpecified",
    )
    providers = (Provider(pop3, username=FORWARD, has_password=True),)
    states = (State(FORWARD, datetime.now(UTC) - timedelta(hours=1)),)
    begun = router.begin([files_of(RouterDescription(providers, states))], None, "test")
    assert isinstance(begun, router.Migration)
    assert router.make_forward(list(router.people_of(begun).filter(name=FORWARD))) == 1
    table = BytesIO(f"address,password\n{FORWARD},{PASSWORD}\n".encode())
    for one in router.profiles_of(begun):
        router.choose(begun, {one.key: one.migrates})
    assert router.bring_credentials(begun, table).taken == 1
    router.start(begun, "test")
    run_due()
    begun.refresh_from_db()
    assert begun.state == router.MigrationState.DONE
    return Mailbox.objects.get(is_forward_mailbox=True)


def written(sender: str, to: str, subject: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<{subject.replace(' ', '-').lower()}.{sender}>"
    message.set_content("Please send ten.")
    return message


def post(server: Postfix, message: EmailMessage, user: str) -> bytes:
    """Send it, and give what then lies in the user's Maildir."""
    before = set(server.delivered(user))
    with smtplib.SMTP("127.0.0.1", server.port) as client:
        client.send_message(message)
    ends = time.monotonic() + WAIT_SECONDS
    while not (found := set(server.delivered(user)) - before):
        assert time.monotonic() < ends, "it was not delivered"
        time.sleep(0.02)
    return found.pop()


def rule(user: str, address: str, raw: bytes) -> EmailMessage:
    """What a rule of the user's own mailbox sends: the message as it lies there, attached."""
    forward = written(address, FORWARD, f"Forward of {user}")
    forward.add_attachment(message_from_bytes(raw, policy=policy.default))
    return forward


def test_what_users_forward_is_unpacked_for_those_who_may(
    collector: Mailbox, reading: Dovecot, receiving: Postfix
) -> None:
    for user, address in (("anna", ANNA), ("bert", BERT)):
        raw = post(receiving, written(CLARA, address, f"Order of {user}"), user)
        reading.deliver(FORWARD, post(receiving, rule(user, address, raw), "forward"))
    run_due()
    assert not Place.objects.exists(), "until the switch the router reads"

    mailboxes.switch_processing(ProcessEmailUsing.SERVER_SIDE_SYNCHRONIZATION, "test")
    run_due()
    email = Email.objects.get()
    anna = SystemUser.objects.get(internal_email_address=ANNA)
    assert (email.subject, email.sender, email.accepting_user) == ("Order of anna", CLARA, anna)
    place = Place.objects.get(forwarder__systemuser=anna)
    assert (place.mailbox, place.part) == (collector, "2")

    refused = Quarantine.objects.get()
    assert refused.code == ForwarderNotSet.code
    bert = Mailbox.objects.get(email_address=BERT)
    mailboxes.update_mailbox(bert, incoming_method=DeliveryMethod.FORWARD)
    assert try_again(refused, "test").state == "again"
    assert {one.subject for one in Email.objects.all()} == {"Order of anna", "Order of bert"}
    assert Email.objects.get(subject="Order of bert").accepting_user == bert.systemuser
