"""What a migration looks up in the records: profiles, mailboxes, what was migrated earlier.

Each function makes the same few queries however many rows it is asked for.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from passerelle.crm.models import Queue, SystemUser
from passerelle.mailboxes.models import EmailServerProfile, Mailbox
from passerelle.router.files.format import Who
from passerelle.router.files.merged import RecipientKind
from passerelle.router.migrating.planning import Existing, MailboxNow
from passerelle.router.models import (
    MigrationProfile,
    MigrationRecipient,
    MigrationState,
    RecipientAction,
)

_SIDE = ("protocol", "location", "port", "security", "credential_retrieval")
_COLUMNS = tuple(f"{way}_{field}" for way in ("incoming", "outgoing") for field in _SIDE)
_USERNAMES = ("incoming", "outgoing")
_EVER = ("enabled_on", "enabled_for_incoming", "enabled_for_outgoing")
_MAILBOX = (  # in the order of MailboxNow
    "mailbox_id",
    "name",
    "profile_id",
    "incoming_method",
    "outgoing_method",
    "process_email_received_after",
    "allow_credentials",
    "incoming_credential__username",
    "outgoing_credential__username",
    "incoming_credential_id",
    "outgoing_credential_id",
)


def existing_profiles() -> tuple[Existing, ...]:
    """All email server profiles as the planning compares them."""
    profiles = EmailServerProfile.objects.select_related(
        "incoming_credential", "outgoing_credential"
    )
    return tuple(_existing(profile) for profile in profiles)


def earlier_targets(keys: Collection[str]) -> Mapping[str, UUID]:
    """What the newest finished migration made of each pair, by the pair's key."""
    rows = (
        MigrationProfile.objects.filter(
            key__in=list(keys), migration__state=MigrationState.DONE, target_id__isnull=False
        )
        .order_by("migration__finished_on")
        .values_list("key", "target_id")
    )
    return {key: target for key, target in rows if target is not None}


def earlier_starts() -> Mapping[UUID, datetime | None]:
    """The start that the newest finished migration gave to each mailbox."""
    rows = (
        MigrationRecipient.objects.filter(
            migration__state=MigrationState.DONE,
            action=RecipientAction.LINK,
            mailbox__isnull=False,
        )
        .order_by("migration__finished_on")
        .values_list("mailbox_id", "process_after")
    )
    return {mailbox: start for mailbox, start in rows.iterator() if mailbox is not None}


def known_people(people: Collection[Who]) -> set[Who]:
    """Those that exist."""
    users, queues = _guids(people, RecipientKind.USER), _guids(people, RecipientKind.QUEUE)
    found = SystemUser.objects.order_by().filter(pk__in=users).values_list("pk", flat=True)
    known = {Who(RecipientKind.USER, guid) for guid in found} if users else set()
    if queues:
        shared = Queue.objects.order_by().filter(pk__in=queues).values_list("pk", flat=True)
        known |= {Who(RecipientKind.QUEUE, guid) for guid in shared}
    return known


def mailboxes_now() -> Mapping[Who, MailboxNow]:
    """All mailboxes by whose they are; to ask for 40,000 by their keys takes longer."""
    found: dict[Who, MailboxNow] = {}
    rows = Mailbox.objects.order_by()
    for user, queue, enabled_on, reads, sends, *now in rows.values_list(
        "systemuser_id", "queue_id", *_EVER, *_MAILBOX
    ).iterator():
        ever = enabled_on is not None or reads or sends
        mailbox = MailboxNow(*[*now, ever])
        found[_whose(mailbox.mailbox_id, user, queue)] = mailbox
    return found


def addresses_taken(addresses: Collection[str]) -> set[str]:
    """Those of these that some mailbox has, folded: no forward mailbox can be made with them."""
    wanted = {address.casefold() for address in addresses}
    if not wanted:
        return set()
    there = Mailbox.objects.order_by().values_list("email_address", flat=True)
    return wanted & {address.casefold() for address in there.iterator()}


def _whose(mailbox: UUID, user: UUID | None, queue: UUID | None) -> Who:
    if user is not None:
        return Who(RecipientKind.USER, user)
    if queue is not None:
        return Who(RecipientKind.QUEUE, queue)
    return Who(RecipientKind.FORWARD, mailbox)


def _guids(people: Collection[Who], kind: RecipientKind) -> list[UUID]:
    return [who.guid for who in people if who.kind is kind]


def _existing(profile: EmailServerProfile) -> Existing:
    values = {column: getattr(profile, column) for column in _COLUMNS}
    for way in _USERNAMES:
        credential = getattr(profile, f"{way}_credential")
        values[f"{way}_username"] = credential.username if credential else ""
    return Existing(profile.pk, profile.name, values)
