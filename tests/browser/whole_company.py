"""The company of the unit tests with a row of everything that a page can show.

Made by the services and the forms that make it in life, so that a page which needs a new kind of
row finds it here as it would stand there.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.unit.mailboxes.waves.company import at_work, make_company
from tests.unit.router.migrating.company import begun, hire, migrated
from tests.unit.web.access.test_security import with_device
from tests.unit.web.conftest import (
    RAW,
    World,
    html_email,
    make_world,
    receive,
    sign_in_account,
    signed_in,
    unnamed_in_cc,
)

from passerelle.access.services import Choice, Whom, invite_many, save_openid_provider
from passerelle.alerts.models import Alert, SubjectKind
from passerelle.alerts.services import record
from passerelle.crm.automatic import Making, Wanted, make, take_back
from passerelle.crm.models import (
    ActivityMimeAttachment,
    ActivityParty,
    AutomaticRecord,
    Email,
    QueueItem,
    RecordMerge,
    SignInAccount,
    Team,
    TeamMembership,
)
from passerelle.crm.models.mail.queue_items import QueueItemState
from passerelle.crm.models.people import Role, SharedLevel
from passerelle.crm.services import (
    Naming,
    Purpose,
    add_alias,
    ask_alias,
    create_account,
    name_party,
    sign_in_link,
)
from passerelle.crm.sharing import share_usually
from passerelle.engine.services import run_due
from passerelle.faults import Fault
from passerelle.faults.mail.cycles import SomeRecipientsRefused
from passerelle.faults.mail.protocols import ConnectionLost
from passerelle.importing.models import Import
from passerelle.mailboxes.models import BulkAction, EmailServerProfile, Mailbox, WavePlan
from passerelle.mailboxes.services import create_forward_mailbox
from passerelle.messages import Kind
from passerelle.router.models import Migration
from passerelle.sync.models import FolderLook, TrackingFolder
from passerelle.sync.models.folders import FolderMeaning, FolderStanding
from passerelle.sync.services import start_merge
from passerelle.tracking import Creates, Creation, PersonName

TABLE = "Prénom;Nom;Adresse e-mail\nZoé;Lefèvre;zoe@example.com\nMax;Malé;pas une adresse\n"
CHECKS = "mx.company.example"
DUPLICATE = UUID("d0000000-0000-4000-8000-000000000001")
LOCKED_OUT = "mallory"  # was tried too often from the browser's address
COLUMNS = {"c0": "first_name", "c1": "last_name", "c2": "email_address1"}


@dataclass(frozen=True, slots=True)
class WholeCompany:
    """Everything, and who looks at it."""

    world: World
    operator: SignInAccount
    html: Email  # somebody was named in it by hand
    rich: Email  # checked by a server, with earlier messages, and files of every kind
    stranger: ActivityParty
    queue_item: QueueItem
    team: Team
    waiting_import: Import
    done_import: Import
    reviewed: Migration
    done_migration: Migration
    plan: WavePlan
    bulk: BulkAction
    merging: RecordMerge  # whose rows are being moved
    token_to_provider: str


def make_whole_company() -> WholeCompany:
    """Some seconds of work."""
    world = make_world()
    client = signed_in(world.administrator)
    with_device(world.bob)
    create_forward_mailbox("Transferts", "transferts@company.example")
    _alerts(world)
    share_usually(SharedLevel.SUBJECT, "admin")
    ask_alias(world.ann_user, "a.example@company.example", "ann")
    add_alias(world.queue, "help@company.example", "admin")
    hire()
    done = migrated()
    _ways_in()
    _folders(world)
    _strangers(world)
    invite_many(Choice(Whom.WITHOUT), "https://passerelle.example/sign-in/link/", "admin")
    return WholeCompany(
        world=world,
        operator=sign_in_account("operator", Role.OPERATOR),
        html=_named(html_email(world), world),
        rich=_rich(world),
        stranger=unnamed_in_cc(world.received),
        queue_item=waiting_in_support(world),
        team=_team(world),
        done_import=_imported(client, whole=True),
        waiting_import=_imported(client, whole=False),
        done_migration=done,
        reviewed=begun(),
        bulk=_bulk(client),
        token_to_provider=sign_in_link(world.bob, purpose=Purpose.PROVIDER),
        plan=running_plan(),
        merging=_merging(),
    )


def _rich(world: World) -> Email:
    """An answer with all that a message may contain."""
    EmailServerProfile.objects.filter(pk=world.profile.pk).update(authserv_id=CHECKS)
    Mailbox.objects.filter(pk=world.mailbox.pk).update(profile=world.profile)
    stamp = f"Authentication-Results: {CHECKS}; spf=pass; dkim=none; dmarc=fail\r\n"
    text = "Zoé\n\nLe 12 mars, Anne <ann@company.example> a écrit :\n> Où ?\n> Quand ?"
    email = receive(world.ann_user, world.contact, stamp.encode() + RAW, description=text)
    for number, name, kind in (
        (2, "winmail.dat", Kind.TNEF), (3, "facture.exe", Kind.FILE), (4, "", Kind.MEETING_REQUEST),
        (5, "smime.p7s", Kind.SMIME_SIGNATURE),
    ):  # fmt: skip
        ActivityMimeAttachment.objects.create(
            email=email, number=number, filename=name, kind=kind, mimetype="application/x-made-up",
            filesize=9_000 * number, part=str(number), digest="0" * 64,
        )  # fmt: skip
    return email


def _named(email: Email, world: World) -> Email:
    """With somebody whom a person named in this email alone."""
    this_email = Naming(everywhere=False, keep_address=False)
    name_party(unnamed_in_cc(email), world.contact, this_email, "ann")
    return email


def waiting_in_support(world: World) -> QueueItem:
    """What waits in a queue, beside what is finished there."""
    done = {"entered_on": timezone.now(), "statecode": QueueItemState.INACTIVE}
    QueueItem.objects.create(queue=world.queue, email=world.draft, **done)
    return QueueItem.objects.create(
        queue=world.queue, email=world.received, entered_on=timezone.now()
    )


def _ways_in() -> None:
    """A provider beside the password, and a name that was tried too often."""
    stored = {
        "enabled": True, "label": "Example", "client_id": "passerelle",
        "issuer": "https://login.company.example",
    }  # fmt: skip
    save_openid_provider(stored, groups={}, secret=None, by="admin")
    form = {"username": LOCKED_OUT, "password": "wrong"}
    for _ in range(settings.AXES_FAILURE_LIMIT):
        Client().post(reverse("web:sign-in"), form)


def _strangers(world: World) -> None:
    """Unknown senders who became records, one of whom was taken back."""
    owner = world.ann_user.pk
    wanted = [
        Wanted(
            Creation(
                creates, f"{first.lower()}@stranger.example", PersonName(first, last), owner, owner
            ),
            world.received.pk,
        )
        for first, last, creates in (
            ("Zoe", "Lefèvre", Creates.CONTACT),
            ("Max", "Malé", Creates.LEAD),
            ("Spam", "Mer", Creates.CONTACT),
        )
    ]
    with transaction.atomic():
        make(wanted, Making(world.mailbox.pk, 100, timezone.now()))
    spam = AutomaticRecord.objects.filter(fullname="Spam Mer")
    take_back(spam, spam.values_list("pk", flat=True), "admin")


def _folders(world: World) -> None:
    """Folders of a mailbox as its server listed them, and two that are read."""
    moment = timezone.now()
    FolderLook.objects.create(
        mailbox=world.mailbox, requested_by="ann", requested_on=moment, finished_on=moment,
        folders=[["Clients", "/", False], ["Clients/Dubois & fils", "/", True],
                 ["Clients/Lefèvre", "/", True], ["Éléments supprimés", "/", True]],
    )  # fmt: skip
    TrackingFolder.objects.create(
        mailbox=world.mailbox, folder="Clients/Dubois & fils", meaning=FolderMeaning.REGARDING,
        regarding_account=world.account, standing=FolderStanding.READ, tracked=1_204,
        quarantined=2, read_on=moment, created_by="ann",
    )  # fmt: skip
    TrackingFolder.objects.create(
        mailbox=world.mailbox, folder="Clients/Ancien", meaning=FolderMeaning.WATCH,
        standing=FolderStanding.GONE, tracked=3, ignored=40, created_by="ann",
    )  # fmt: skip


def _alerts(world: World) -> None:
    """One outage that stands on every mailbox, and one alert that only a person closes."""
    lost: Fault = ConnectionLost(host="mail.company.example", step="listing")
    for mailbox in Mailbox.objects.all():
        record(SubjectKind.MAILBOX, mailbox.pk, "incoming", lost)
    refused = SomeRecipientsRefused(accepted=1, refused=1)
    record(SubjectKind.EMAIL, world.lost.pk, "outgoing", refused)
    record(SubjectKind.EMAIL, world.draft.pk, "outgoing", refused)
    Alert.objects.filter(subject_id=world.draft.pk).update(
        closed_on=timezone.now(), closed_by="admin"
    )


def _team(world: World) -> Team:
    team = Team.objects.create(name="Équipe Lyon", administrator=world.bob_user)
    TeamMembership.objects.create(team=team, systemuser=world.ann_user)
    return team


def _merging() -> RecordMerge:
    """No worker runs: it stays as it began. And one more account, which could be merged."""
    create_account(
        "Customer SA", guid=DUPLICATE, email_address1="o@customer.example", telephone1="01 02 03"
    )
    kept = create_account("Roux & Fils", email_address1="info@roux.example")
    return start_merge(kept, create_account("Roux", email_address1="roux@roux.example"), "ann")


def _imported(client: Client, *, whole: bool) -> Import:
    """A table of contacts: only brought, or written with one row refused."""
    file = SimpleUploadedFile("contacts.csv", TABLE.encode("cp1252"))
    client.post(reverse("web:import-new"), {"kind": "contacts", "file": file})
    found = Import.objects.latest("created_on")
    if whole:
        client.post(reverse("web:import-columns", args=[found.pk]), COLUMNS)
        run_due()
        client.post(reverse("web:import-start", args=[found.pk]))
        run_due()
    return found


def _bulk(client: Client) -> BulkAction:
    asked = {"action": "approve", "every": "on", "wanted": "kind=users"}
    count = Mailbox.objects.filter(systemuser__isnull=False).count()
    client.post(reverse("web:mailboxes-bulk"), {**asked, "expected": str(count)})
    run_due(kinds=["bulk"])
    return BulkAction.objects.get()


def running_plan() -> WavePlan:
    """A plan whose first wave has run, with a mailbox that failed."""
    with at_work(make_company) as company:  # beside what the world stored
        company.broken = {"Queue 0"}
        company.profile.process_emails_received_after = timezone.now() - timedelta(days=4)
        company.profile.save()
        plan = company.started(name="Nuit 1")
        company.work()
    plan.refresh_from_db()
    return plan
