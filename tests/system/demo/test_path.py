"""The tour of the demonstration without its pages: mail comes in, is answered, and answered again.

Over the demonstration's own servers and records, so that what the tour promises holds.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from passerelle.configuration import ensure_keys, load_config
from passerelle.crm import services as crm
from passerelle.crm.models import Email
from passerelle.crm.models.mail.emails import EmailStatus
from passerelle.crm.models.people import SignInAccount
from passerelle.demo.correspondence.seeding import seed
from passerelle.demo.customers import Customers
from passerelle.demo.mail_world.post import Post
from passerelle.demo.mail_world.servers import MailServers
from passerelle.demo.records import ACCOUNT, create_records, follow_ports, set_up_notices
from passerelle.demo.staff import QUEUES, RELAY, USERS
from passerelle.demo.world import HOST, Ports, World
from passerelle.engine.services import run_due
from passerelle.faults import Secret
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import EmailServerProfile, Mailbox
from passerelle.mailboxes.models.choices import (
    CredentialRetrieval,
    DeliveryMethod,
    Direction,
    IncomingProtocol,
    ProcessEmailUsing,
    Security,
)
from passerelle.sync import services as sync

PASSWORD = Secret("made up for this test")
DAY = timedelta(days=1)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path / "demo-world")
    made.make()
    Post(made.mail).make()
    seed(Post(made.mail), datetime.now(UTC))
    return made


@pytest.fixture
def ports(world: World, transactional_db: None) -> Iterator[Ports]:
    ports = world.choose_ports()[1]
    ensure_keys(load_config().key_file)
    create_records("en")
    servers = MailServers(world, ports, PASSWORD.reveal())
    servers.look()
    try:
        yield ports
    finally:
        servers.stop()


def profile(protocol: IncomingProtocol, port: int, ports: Ports) -> EmailServerProfile:
    made = mailboxes.create_profile(
        str(protocol.label),
        incoming_protocol=protocol,
        incoming_location=HOST,
        incoming_port=port,
        incoming_security=Security.NONE,
        incoming_credential_retrieval=CredentialRetrieval.MAILBOX,
        outgoing_location=HOST,
        outgoing_port=ports.smtp,
        outgoing_security=Security.NONE,
        outgoing_credential_retrieval=CredentialRetrieval.PROFILE,
    )
    return mailboxes.set_profile_password(made, Direction.OUTGOING, RELAY, PASSWORD)


def enable(address: str, chosen: EmailServerProfile) -> Mailbox:
    mailbox = mailboxes.update_mailbox(
        Mailbox.objects.get(email_address=address),
        profile=chosen,
        incoming_method=DeliveryMethod.SERVER_SIDE,
        outgoing_method=DeliveryMethod.SERVER_SIDE,
        allow_credentials=True,
        process_email_received_after=datetime.now(UTC) - DAY,
    )
    mailboxes.set_mailbox_password(mailbox, Direction.INCOMING, address, PASSWORD)
    mailboxes.approve([mailbox.pk], "test")
    mailboxes.request_test([mailbox.pk], "test")
    run_due()
    mailbox.refresh_from_db()
    assert mailbox.enabled_for_incoming
    assert mailbox.enabled_for_outgoing
    return mailbox


def answered(received: Email, mailbox: Mailbox) -> Email:
    draft = crm.reply_draft(received, SignInAccount.objects.get(username=ACCOUNT))
    sync.submit(draft, "test", mailbox)
    run_due()
    draft.refresh_from_db()
    return draft


def test_a_customer_writes_is_answered_and_writes_back(world: World, ports: Ports) -> None:
    pop3 = profile(IncomingProtocol.POP3, ports.pop3, ports)
    queue, user = enable(QUEUES[0].address, pop3), enable(USERS[1].address, pop3)
    assert Email.objects.count() == 0  # the test messages are no mail, and the router still reads
    mailboxes.switch_processing(ProcessEmailUsing.SERVER_SIDE_SYNCHRONIZATION, "test")
    run_due()
    taken = Email.objects.filter(accepting_queue=queue.queue, sender__endswith=".example")
    received = taken.exclude(sender__startswith="office@").order_by("subject").last()
    assert received is not None
    assert Email.objects.filter(accepting_user=user.systemuser).exists()
    customer = Post(world.mail).maildir(received.sender)
    before = len(customer.unread()) if customer.folder.exists() else 0
    sent = answered(received, queue)
    assert sent.statuscode == EmailStatus.SENT
    assert len(customer.unread()) == before + 1
    later = datetime.now(UTC) + timedelta(minutes=1)
    Customers(Post(world.mail), random.Random(1)).step(later)
    sync.sync_now([queue.pk])
    run_due()
    assert Email.objects.filter(correlated_activity=sent).count() == 1


def test_imap_reads_the_same_mailboxes(world: World, ports: Ports) -> None:
    queue = enable(QUEUES[1].address, profile(IncomingProtocol.IMAP, ports.imap, ports))
    mailboxes.switch_processing(ProcessEmailUsing.SERVER_SIDE_SYNCHRONIZATION, "test")
    run_due()
    arrived = [
        file
        for part in ("cur", "new")
        for file in (world.mail / QUEUES[1].address / part).iterdir()
        if datetime.fromtimestamp(file.stat().st_mtime, UTC) > datetime.now(UTC) - DAY
    ]
    assert Email.objects.filter(accepting_queue=queue.queue).count() == len(arrived) > 0


def test_profiles_follow_ports_that_changed(ports: Ports) -> None:
    set_up_notices(ports, "en", Secret("a-password"))
    made = profile(IncomingProtocol.POP3, ports.pop3, ports)
    elsewhere = mailboxes.create_profile("Elsewhere", incoming_location="mail.example")
    follow_ports(ports, Ports(imap=2001, pop3=2002, smtp=2003, relay=2004, web=2005))
    made.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (made.incoming_port, made.outgoing_port) == (2002, 2003)
    assert elsewhere.incoming_port not in {2001, 2002}
