"""A small company: an administrator, two users, a queue, customers, mail in every state."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone
from tests.stored_rows import MadeOnce

from passerelle.alerts.models import SubjectKind
from passerelle.alerts.services import record
from passerelle.crm import services as crm
from passerelle.crm.models import (
    Account,
    ActivityMimeAttachment,
    ActivityParty,
    Contact,
    Email,
    Lead,
    Queue,
    RawMessage,
    SignInAccount,
    SystemUser,
)
from passerelle.crm.models.mail.emails import EmailState, EmailStatus, Participation
from passerelle.crm.models.people import Role
from passerelle.crm.readers import grant
from passerelle.crm.search import index_some, rebuild
from passerelle.faults import Secret
from passerelle.faults.mailboxes import PasswordMissing
from passerelle.guids import new_guid
from passerelle.mailboxes.models import EmailServerProfile, Mailbox, TestRun, TestStep
from passerelle.mailboxes.models.choices import Direction
from passerelle.mailboxes.models.test_runs import StepOutcome
from passerelle.mailboxes.services import (
    create_profile,
    create_queue_with_mailbox,
    create_user_with_mailbox,
)
from passerelle.sync.models import Delivery, Place, Quarantine, Reading, Submission
from passerelle.sync.models.incoming import Outcome
from passerelle.sync.models.outgoing import SubmissionState
from passerelle.tracking import Reason

PASSWORD = "a long enough phrase"
EVIL = '"><script>alert(1)</script>'
RAW = (
    b"From: Carla <carla@customer.example>\r\nTo: ann@company.example\r\n"
    b"Subject: Order\r\nMessage-ID: <1@customer.example>\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/plain\r\n\r\nThe text of the order.\r\n"
    b"--b\r\nContent-Type: text/html\r\n"
    b'Content-Disposition: attachment; filename="page.html"\r\n\r\n'
    b"<script>alert(1)</script>\r\n--b--\r\n"
)


@dataclass(frozen=True, slots=True)
class World:
    """What the tests of the pages look at."""

    administrator: SignInAccount
    ann: SignInAccount
    bob: SignInAccount
    ann_user: SystemUser
    bob_user: SystemUser
    queue: Queue
    profile: EmailServerProfile
    account: Account
    contact: Contact
    lead: Lead
    received: Email  # to Ann, with an attachment and its raw message
    draft: Email  # Ann's
    lost: Email  # Ann's: its last answer was lost
    quarantined: Quarantine
    run: TestRun

    @property
    def mailbox(self) -> Mailbox:
        return Mailbox.objects.get(systemuser=self.ann_user)


def make_world() -> World:
    """The company, made by the services where they make it."""
    ann = create_user_with_mailbox("Ann Example", "ann@company.example")
    bob = create_user_with_mailbox("Bob Example", "bob@company.example")
    queue = create_queue_with_mailbox("Support", "support@company.example", members=[ann])
    customer = crm.create_account("Customer Inc", email_address1="office@customer.example")
    contact = crm.create_contact("Carla", "Customer", email_address1="carla@customer.example")
    profile = create_profile(
        "Company",
        incoming_location="mail.company.example",
        outgoing_location="mail.company.example",
    )
    mailbox = Mailbox.objects.get(systemuser=ann)
    received = receive(ann, contact)
    draft = crm.create_draft(
        crm.Written(to="carla@customer.example", subject="Answer", text="Thank you."),
        sender=ann,
        owner=ann,
    )
    record(SubjectKind.MAILBOX, mailbox.pk, "incoming", PasswordMissing(owner=mailbox.name))
    return World(
        administrator=sign_in_account("admin", Role.ADMINISTRATOR),
        ann=sign_in_account("ann", Role.USER, ann),
        bob=sign_in_account("bob", Role.USER, bob),
        ann_user=ann,
        bob_user=bob,
        queue=queue,
        profile=profile,
        account=customer,
        contact=contact,
        lead=crm.create_lead("Lea", "Lead", email_address1="lea@prospect.example"),
        received=received,
        draft=draft,
        lost=lose(ann, mailbox),
        quarantined=quarantine(mailbox),
        run=tested(mailbox),
    )


MADE_ONCE = MadeOnce(make_world)


@pytest.fixture
def world(db: None) -> World:
    """The company; each test has its own copy."""
    return MADE_ONCE.again()


def sign_in_account(name: str, role: Role, user: SystemUser | None = None) -> SignInAccount:
    """An account that knows PASSWORD."""
    return crm.create_sign_in(name, role, password=Secret(PASSWORD), systemuser=user)


def stored_email(owner: SystemUser, **fields: object) -> Email:
    """An email record as a cycle leaves it."""
    key: UUID = new_guid()
    values: dict[str, object] = {
        "activity_id": key,
        "subject": "Order",
        "description": "The text of the order.",
        "statecode": EmailState.COMPLETED,
        "statuscode": EmailStatus.RECEIVED,
        "message_id": f"<{key}@customer.example>",
        "sender": "carla@customer.example",
        "to_recipients": "ann@company.example",
        "created_on": timezone.now(),
        "sent_on": timezone.now(),
        "owner": owner,
        "identity": key.bytes * 2,
        "text_digest": b"t" * 32,
    }
    email = Email.objects.create(**{**values, **fields})
    grant([email.pk])
    return email


def receive(owner: SystemUser, contact: Contact, raw: bytes = RAW, **fields: object) -> Email:
    """A received email with its parties, its attachment and its source."""
    email = stored_email(owner, raw=stored_raw(raw), attachment_count=1, **fields)
    sender = {"participation": Participation.SENDER, "contact": contact}
    ActivityParty.objects.create(email=email, address_used=contact.email_address1, **sender)
    to = {"participation": Participation.TO, "systemuser": owner}
    ActivityParty.objects.create(email=email, address_used=owner.internal_email_address, **to)
    ActivityMimeAttachment.objects.create(
        email=email, number=1, filename="page.html", mimetype="text/html", filesize=25, part="2",
        digest="0" * 64,
    )  # fmt: skip
    Place.objects.create(
        mailbox=Mailbox.objects.get(systemuser=owner), epoch=1, folder="INBOX", uid_validity=1,
        uid=int.from_bytes(email.pk.bytes[-4:]), outcome=Outcome.TRACKED,
        reason=int(Reason.ACCEPT_ALL), sender="carla@customer.example", email=email,
        decided_on=timezone.now(),
    )  # fmt: skip
    grant([email.pk])
    return email


def html_email(world: World, html: str = "<p>The order, <b>in colour</b>.</p>") -> Email:
    """A received email of Ann's that was written as HTML."""
    raw = b"From: Carla <carla@customer.example>\r\nSubject: Order\r\nMIME-Version: 1.0\r\n"
    raw += b"Content-Type: text/html; charset=utf-8\r\n\r\n" + html.encode("utf-8", "replace")
    return receive(world.ann_user, world.contact, raw)


def unnamed_in_cc(email: Email) -> ActivityParty:
    """Somebody in Cc of the email whom no record has."""
    return ActivityParty.objects.create(
        email=email,
        participation=Participation.CC,
        address_used="dora@home.example",
        name_used="Dora",
    )


def index_all() -> None:
    """Find every email by its words now."""
    rebuild()
    while index_some():
        pass


def stored_raw(raw: bytes) -> RawMessage:
    """A message in a pack of its own."""
    return crm.store_pack([crm.Octets(raw)])[0]


def lose(owner: SystemUser, mailbox: Mailbox) -> Email:
    """An email whose final answer was lost."""
    email = stored_email(
        owner, direction_code=True, statuscode=EmailStatus.SENDING, sender="ann@company.example"
    )
    Submission.objects.create(
        email=email, mailbox=mailbox, state=SubmissionState.UNKNOWN, submitted_by="ann",
        submitted_on=timezone.now(), marked_on=timezone.now(), raw=stored_raw(RAW),
    )  # fmt: skip
    Delivery.objects.create(email=email, address="carla@customer.example")
    return email


def quarantine(mailbox: Mailbox) -> Quarantine:
    """A message that is no email."""
    Reading.objects.create(
        mailbox=mailbox, source="imap", starts_on=datetime(2026, 1, 1, tzinfo=UTC)
    )
    place = Place.objects.create(
        mailbox=mailbox, epoch=1, folder="INBOX", uid_validity=1, uid=7,
        outcome=Outcome.QUARANTINED, reason=int(Reason.UNKNOWN), sender="",
        decided_on=timezone.now(),
    )  # fmt: skip
    return Quarantine.objects.create(
        place=place, raw=stored_raw(b"no header at all"), code="PSR-MSG-001", facts={"size": 16}
    )


def tested(mailbox: Mailbox) -> TestRun:
    """A test that goes on."""
    run = TestRun.objects.create(mailbox=mailbox, requested_by="admin", test_id="t")
    TestStep.objects.create(
        run=run, position=1, direction=Direction.INCOMING, name="resolve",
        outcome=StepOutcome.PASSED, started_on=timezone.now(), milliseconds=3, fact="192.0.2.1",
    )  # fmt: skip
    return run


@pytest.fixture
def as_administrator(world: World) -> Client:
    """A browser in which the administrator is signed in."""
    return signed_in(world.administrator)


@pytest.fixture
def as_ann(world: World) -> Client:
    """A browser in which a user is signed in: member of Support, owner of the emails."""
    return signed_in(world.ann)


@pytest.fixture
def as_bob(world: World) -> Client:
    """A browser in which a user is signed in who has no part in any email."""
    return signed_in(world.bob)


def signed_in(account: SignInAccount) -> Client:
    """A browser of this person."""
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client
