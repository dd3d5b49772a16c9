"""Decides what becomes of each proposed profile and of each recipient. Reads and writes nothing.

A forward mailbox is nobody's own: one that is missing is made, where a person said that it is one.
What is already so stays so and is counted as such. What a person made otherwise (a profile of the
same name, another profile of a mailbox, another user name) is left, unless it was confirmed for
this profile. Only directions that the router served change their delivery method.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from passerelle.mailboxes.models.choices import (
    CredentialRetrieval,
    DeliveryMethod,
    IncomingProtocol,
    OutgoingProtocol,
)
from passerelle.protocols.interfaces import Security
from passerelle.router.files.merged import (
    MergedConnection,
    MergedProfile,
    MergedRecipient,
    RecipientKind,
)
from passerelle.router.files.starting import DEFAULT_REACH
from passerelle.router.files.values import Direction
from passerelle.router.models import ProfileAction, RecipientAction

USERNAME_CHARS = 250  # Credential.username
SERVER_SIDE = int(DeliveryMethod.SERVER_SIDE)


@dataclass(frozen=True, slots=True)
class Existing:
    """An email server profile that is there, with the same columns as `values_of` gives."""

    profile_id: UUID
    name: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ProfileDecision:
    """What becomes of a proposed profile; `beside` is the existing one that is left as it is."""

    action: ProfileAction
    target_id: UUID | None  # None: a new one
    beside: str = ""  # its name


@dataclass(frozen=True, slots=True)
class ProfilePlan:
    """A decided profile, as its recipients need it."""

    target_id: UUID
    confirmed: bool
    own_account: frozenset[Direction]  # directions whose credentials each mailbox holds


@dataclass(frozen=True, slots=True)
class MailboxNow:
    """A mailbox as it stands; a user name of None means no credential."""

    mailbox_id: UUID
    name: str
    profile_id: UUID | None
    incoming_method: int
    outgoing_method: int
    start: datetime | None
    allow_credentials: bool
    incoming_username: str | None
    outgoing_username: str | None
    incoming_credential_id: UUID | None
    outgoing_credential_id: UUID | None
    ever_enabled: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """When it is, and the start that an earlier migration gave to a mailbox."""

    now: datetime
    earlier_starts: Mapping[UUID, datetime | None]


@dataclass(frozen=True, slots=True)
class RecipientPlan:
    """What becomes of one recipient; values are final and mean something for LINK only."""

    action: RecipientAction
    mailbox: MailboxNow | None = None
    incoming_method: int = 0
    outgoing_method: int = 0
    start: datetime | None = None
    allow_credentials: bool = False
    incoming_username: str = ""  # of a credential to be made; "": none
    outgoing_username: str = ""
    replaces: bool = False
    asks: frozenset[Direction] = frozenset()  # directions for which credentials are to be made


def values_of(profile: MergedProfile) -> dict[str, Any]:
    """The columns of the profile that the router's files tell, one direction each."""
    values: dict[str, Any] = {}
    for connection in (profile.incoming, profile.outgoing):
        if connection is not None:
            values |= _columns(connection)
    return values


def told(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without the servers, ports and user names of which the files say nothing."""
    silent = ("_location", "_port", "_username")
    return {
        column: value for column, value in values.items() if value or not column.endswith(silent)
    }


def decide_profile(
    values: Mapping[str, Any],
    earlier: Existing | None,
    same_name: Existing | None,
    *,
    confirmed: bool,
) -> ProfileDecision:
    """`earlier` is what an earlier migration made of this pair, `same_name` what else is called so.

    What an earlier migration made is used even when somebody changed it since, and keeps the
    change; a stranger of the same name is used only where it says the same.
    """
    if earlier is not None:
        if _agrees(earlier.values, values):
            return ProfileDecision(ProfileAction.SAME, earlier.profile_id)
        if confirmed:
            return ProfileDecision(ProfileAction.UPDATE, earlier.profile_id)
        return ProfileDecision(ProfileAction.KEEP, earlier.profile_id, earlier.name)
    if same_name is None:
        return ProfileDecision(ProfileAction.CREATE, None)
    if _agrees(same_name.values, values):
        return ProfileDecision(ProfileAction.SAME, same_name.profile_id)
    if confirmed:
        return ProfileDecision(ProfileAction.UPDATE, same_name.profile_id)
    return ProfileDecision(ProfileAction.CREATE, None, same_name.name)


def own_account(values: Mapping[str, Any]) -> frozenset[Direction]:
    """The directions in which each mailbox signs in with credentials of its own."""
    own = CredentialRetrieval.MAILBOX
    return frozenset(w for w in Direction if values.get(f"{w.value}_credential_retrieval") == own)


def plan_recipient(
    recipient: MergedRecipient,
    profile: ProfilePlan,
    mailbox: MailboxNow | None,
    *,
    known: bool,
    moment: Moment,
) -> RecipientPlan:
    """`known` says whether the user or queue exists; a migration never makes one.

    Of a forward mailbox that is not there, it says whether another mailbox has its address.
    """
    if mailbox is None and recipient.kind is RecipientKind.FORWARD:
        if known:
            return RecipientPlan(RecipientAction.ADDRESS_TAKEN)
        return _made(recipient, profile, moment)
    if mailbox is None:
        return RecipientPlan(
            RecipientAction.NO_MAILBOX if known else RecipientAction.UNKNOWN,
        )
    if not profile.confirmed:
        if mailbox.profile_id not in {None, profile.target_id}:
            return RecipientPlan(RecipientAction.OTHER_PROFILE, mailbox)
        if _other_account(recipient, profile, mailbox):
            return RecipientPlan(RecipientAction.OTHER_ACCOUNT, mailbox)
    plan = _link(recipient, profile, mailbox, moment)
    return (
        plan if _changes(plan, profile, mailbox) else RecipientPlan(RecipientAction.SAME, mailbox)
    )


def usable_username(text: str) -> str:
    """The user name, or "" for one that no credential can hold: it will be asked for."""
    name = text.strip()
    return name if len(name) <= USERNAME_CHARS and name.isprintable() else ""


def start_now(threshold: datetime | None, now: datetime) -> datetime | None:
    """The mailbox's own start: the router's last read time.

    One in the future tells that the router's clock was wrong, and would skip mail: then 24 hours
    before the migration, so that nothing between it and the first enabling is lost.
    """
    if threshold is None or threshold <= now:
        return threshold
    return now - DEFAULT_REACH


def _link(
    recipient: MergedRecipient, profile: ProfilePlan, mailbox: MailboxNow, moment: Moment
) -> RecipientPlan:
    served = recipient.directions
    own = profile.own_account.intersection(served)
    asked = {
        direction: wanted
        for direction, wanted, there in _accounts(recipient, mailbox)
        if direction in own and not _same_name(wanted, there) and (wanted or there is None)
    }
    return RecipientPlan(
        RecipientAction.LINK,
        mailbox,
        SERVER_SIDE if Direction.INCOMING in served else mailbox.incoming_method,
        SERVER_SIDE if Direction.OUTGOING in served else mailbox.outgoing_method,
        _start(recipient, mailbox, moment),
        mailbox.allow_credentials or bool(own),
        asked.get(Direction.INCOMING, ""),
        asked.get(Direction.OUTGOING, ""),
        replaces=profile.confirmed,
        asks=frozenset(asked),
    )


def _made(recipient: MergedRecipient, profile: ProfilePlan, moment: Moment) -> RecipientPlan:
    """A new forward mailbox: it receives, and never sends."""
    own = profile.own_account & {Direction.INCOMING}
    return RecipientPlan(
        RecipientAction.CREATE,
        incoming_method=SERVER_SIDE,
        start=start_now(recipient.threshold, moment.now),
        allow_credentials=bool(own),
        incoming_username=usable_username(recipient.incoming_username) if own else "",
        asks=own,
    )


def _changes(plan: RecipientPlan, profile: ProfilePlan, mailbox: MailboxNow) -> bool:
    return bool(plan.incoming_username or plan.outgoing_username) or (
        profile.target_id,
        plan.incoming_method,
        plan.outgoing_method,
        plan.start,
        plan.allow_credentials,
    ) != (
        mailbox.profile_id,
        mailbox.incoming_method,
        mailbox.outgoing_method,
        mailbox.start,
        mailbox.allow_credentials,
    )


def _start(recipient: MergedRecipient, mailbox: MailboxNow, moment: Moment) -> datetime | None:
    """A person's start stays; an earlier migration's gives way to newer files until enabling."""
    wanted = start_now(recipient.threshold, moment.now)
    if wanted is None or mailbox.start is None:
        return wanted or mailbox.start
    given = moment.earlier_starts.get(mailbox.mailbox_id)
    return wanted if given == mailbox.start and not mailbox.ever_enabled else mailbox.start


def _other_account(recipient: MergedRecipient, profile: ProfilePlan, mailbox: MailboxNow) -> bool:
    return any(
        wanted and there is not None and not _same_name(wanted, there)
        for direction, wanted, there in _accounts(recipient, mailbox)
        if direction in profile.own_account
    )


def _accounts(
    recipient: MergedRecipient, mailbox: MailboxNow
) -> tuple[tuple[Direction, str, str | None], ...]:
    return (
        (
            Direction.INCOMING,
            usable_username(recipient.incoming_username),
            mailbox.incoming_username,
        ),
        (
            Direction.OUTGOING,
            usable_username(recipient.outgoing_username),
            mailbox.outgoing_username,
        ),
    )


def _same_name(wanted: str, there: str | None) -> bool:
    return there is not None and wanted.casefold() == there.casefold()


def _agrees(there: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return all(there[column] == value for column, value in told(wanted).items())


def _columns(connection: MergedConnection) -> dict[str, Any]:
    way = connection.direction.value
    kinds = IncomingProtocol if connection.direction is Direction.INCOMING else OutgoingProtocol
    return {
        f"{way}_protocol": kinds(connection.protocol.value).value,
        f"{way}_location": connection.host,
        f"{way}_port": connection.port or 0,  # 0: the protocol's own
        f"{way}_security": Security(connection.security).value,
        f"{way}_credential_retrieval": int(CredentialRetrieval(connection.retrieval.value)),
        f"{way}_username": usable_username(connection.username),
    }
