"""A company with a user and a queue whose mailboxes run, over mail servers in memory."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from django.utils import timezone
from tests.stored_rows import MadeOnce
from tests.unit.sync.memory import MORNING, MemoryFolder, MemoryWorld

from passerelle.crm.models import Contact, Queue, SignInAccount, SystemUser
from passerelle.crm.models.people import FilteringMethod, Role
from passerelle.crm.services import Regarded, create_contact, create_sign_in
from passerelle.engine.kinds import forget, register
from passerelle.engine.services import ask, run_due
from passerelle.faults import Secret
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import EmailServerProfile, Mailbox
from passerelle.mailboxes.models.choices import (
    AccessApproval,
    DeliveryMethod,
    IncomingProtocol,
    ProcessEmailUsing,
)
from passerelle.sync import merging
from passerelle.sync.folders import looking
from passerelle.sync.incoming import cycle as incoming
from passerelle.sync.models import Reading, TrackingFolder
from passerelle.sync.outgoing import copies, kind
from passerelle.sync.outgoing import cycle as outgoing
from passerelle.sync.services import Wish, read_folder, register_cycles, request_folders


class Company:
    """Mailboxes, their servers, and the two cycles run through the engine."""

    def __init__(self) -> None:
        self.world = MemoryWorld()
        self.profile = mailboxes.create_profile(
            "Example", incoming_location="imap.example.com", outgoing_location="smtp.example.com"
        )
        user = mailboxes.create_user_with_mailbox("Anna", "anna@example.com")
        SystemUser.objects.filter(pk=user.pk).update(
            incoming_email_filtering_method=FilteringMethod.ALL
        )
        self.anna = self.enable(Mailbox.objects.get(systemuser=user), "anna")
        queue = mailboxes.create_queue_with_mailbox("Orders", "orders@example.com")
        Queue.objects.filter(pk=queue.pk).update(owner=user)
        self.orders = self.enable(Mailbox.objects.get(queue=queue), "orders")
        self.clara: Contact = create_contact(
            "Clara", "Client", email_address1="clara@customer.example"
        )
        mailboxes.switch_processing(ProcessEmailUsing.SERVER_SIDE_SYNCHRONIZATION, "test")

    @property
    def inbox(self) -> MemoryFolder:
        return self.world.folders["anna"]

    @property
    def orders_inbox(self) -> MemoryFolder:
        return self.world.folders["orders"]

    def enable(self, mailbox: Mailbox, username: str) -> Mailbox:
        """Approve and enable it as a passed test would, over a folder of its own."""
        Mailbox.objects.filter(pk=mailbox.pk).update(
            profile=self.profile,
            incoming_method=DeliveryMethod.SERVER_SIDE,
            outgoing_method=DeliveryMethod.SERVER_SIDE,
            allow_credentials=True,
            process_email_received_after=MORNING,
            approval=AccessApproval.APPROVED,
            enabled_for_incoming=True,
            enabled_for_outgoing=True,
            enabled_on=timezone.now(),
        )
        mailboxes.set_mailbox_password(self.fresh(mailbox), None, username, Secret("a-password"))
        self.world.folders[username] = MemoryFolder()
        return self.fresh(mailbox)

    def fresh(self, mailbox: Mailbox) -> Mailbox:
        return Mailbox.objects.select_related(*mailboxes.RELATED).get(pk=mailbox.pk)

    def sign_in(self, user: SystemUser) -> SignInAccount:
        return create_sign_in("anna", Role.USER, systemuser=user)

    def reading(self) -> Reading:
        """Where reading of Anna's mailbox stands."""
        return Reading.objects.get(pk=self.anna.pk)

    def use_pop3(self) -> None:
        """From the first cycle on."""
        EmailServerProfile.objects.update(incoming_protocol=IncomingProtocol.POP3)
        Reading.objects.all().delete()

    def point_elsewhere(self, host: str) -> None:
        """Another server behind the profile."""
        EmailServerProfile.objects.update(incoming_location=host)

    def watch(
        self, name: str, regarding: Regarded | None = None, *, takes_earlier: bool = True
    ) -> TrackingFolder:
        """Have a folder of Anna's read from now on; the cycle that this asks for has run."""
        request_folders(self.anna, "test")
        run_due()
        row = read_folder(self.anna, Wish(name, regarding, takes_earlier), "test")
        run_due()
        return row

    def read(self, mailbox: Mailbox | None = None) -> None:
        """One incoming cycle, as the engine runs it."""
        ask(incoming.KIND, (mailbox or self.anna).pk)
        run_due()

    def send(self, mailbox: Mailbox | None = None) -> None:
        """One outgoing cycle, as the engine runs it."""
        ask(kind.KIND, (mailbox or self.anna).pk)
        run_due()


def make_company() -> Company:
    """One for which everything is done that enabling and switching asked for."""
    company = Company()
    with over(company.world):
        run_due()
    return company


MADE_ONCE = MadeOnce(make_company)


@pytest.fixture
def company(db: None, whole_cycles: None) -> Iterator[Company]:
    """Each test has its own, whose work is done over servers in memory."""
    with at_work() as company:
        yield company


@contextmanager
def at_work(made: Callable[[], Company] = MADE_ONCE.again) -> Iterator[Company]:
    """The company while its mailboxes are read, and its mail is sent, at its own servers."""
    company = made()
    with over(company.world):
        yield company


@contextmanager
def over(world: MemoryWorld) -> Iterator[None]:
    """What the four kinds of work reach is this."""
    open_source = partial(mailboxes.open_source, opener=world)
    open_sender = partial(mailboxes.open_sender, opener=world)
    open_sent = partial(mailboxes.open_sent_folder, opener=world.sent)
    for name in (incoming.KIND, kind.KIND, kind.COPIES, looking.KIND):
        forget(name)
    register(
        looking.KIND,
        lambda lease: looking.look(lease, open_source),
        deadline_seconds=looking.DEADLINE_SECONDS,
        failed=looking.failed,
    )
    register(
        kind.COPIES,
        lambda lease: copies.file_copies(lease, open_sent),
        deadline_seconds=copies.DEADLINE_SECONDS,
        failed=copies.failed,
    )
    register(
        incoming.KIND,
        lambda lease: incoming.read_mailbox(lease, open_source),
        deadline_seconds=incoming.DEADLINE_SECONDS,
        failed=incoming.failed,
    )
    register(
        kind.KIND,
        lambda lease: outgoing.send_mail(lease, open_sender),
        deadline_seconds=kind.DEADLINE_SECONDS,
        failed=outgoing.failed,
    )
    try:
        yield
    finally:
        for name in (incoming.KIND, kind.KIND, kind.COPIES, looking.KIND, merging.KIND):
            forget(name)
        register_cycles()
