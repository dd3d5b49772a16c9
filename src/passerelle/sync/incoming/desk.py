"""What one cycle knows of the mailbox that it reads: values, loaded once, used for each batch."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from passerelle.mailboxes.models import Mailbox, SystemSettings, TrackingRules
from passerelle.mailboxes.models.choices import Joining
from passerelle.mailboxes.models.tracking import NOT_FORCED
from passerelle.mailboxes.services import (
    matching_by,
    matching_rules,
    organization_never_list,
    received_file_rules,
)
from passerelle.messages import fields_of_text
from passerelle.sync.incoming.takers import taker_of
from passerelle.sync.models import Reading, TrackingFolder
from passerelle.tracking import (
    Filter,
    PartyKind,
    ReadingMailbox,
    RecordRef,
    TrackingSettings,
)

FIRST_WEEK = timedelta(days=7)  # ours: who has just moved here may have to go back
UNDELIVERABLE = "Undeliverable"  # as Exchange's folder is called in Dynamics 365


@dataclass(frozen=True, slots=True)
class Desk:
    """The mailbox, the rules that hold for it, and the folder that is read."""

    mailbox: UUID
    box: ReadingMailbox
    default_owner: UUID | None  # when no recipient may own the email
    settings: TrackingSettings
    keyword: str  # owed to each tracked message at the server; "" for none
    starts_on: datetime | None  # None: however old it is
    epoch: int
    folder: str
    uid_validity: int  # 0 for POP3
    is_collector: bool = False  # a forward mailbox: what is attached to its messages counts
    removes_from: datetime | None = None  # tracked messages are removed from then on; None: never
    trusted: tuple[str, ...] = ()  # fields by which the server says to whom it delivered
    undeliverable: str = ""  # the folder for what could not become a record; "" for none
    undelivered_keyword: str = ""  # the mark of that; "" for none
    tracked_folder: str = ""  # into which tracked messages go; "" where they stay
    believed: str = ""  # the server whose checks of senders are believed; "" for none
    blocked: frozenset[str] = frozenset()  # extensions of files that nobody is handed
    created_most: int = 0  # records a day for unknown senders
    watched: UUID | None = None  # the watched folder that is read; None: the inbox
    is_sent: bool = False  # it is the one for what was sent

    @property
    def is_imap(self) -> bool:
        return self.uid_validity != 0


def desk_of(
    mailbox: Mailbox,
    reading: Reading,
    settings: SystemSettings,
    rules: TrackingRules,
    uid_validity: int,
) -> Desk:
    """Everything that recording needs. `mailbox` comes with its user or queue."""
    taker = taker_of(mailbox)
    profile = mailbox.profile if uid_validity else None  # POP3 has neither folders nor keywords
    return Desk(
        mailbox=mailbox.pk,
        box=ReadingMailbox(mailbox.email_address, taker),
        default_owner=taker.owner if taker else None,
        settings=replace(
            joining_of(mailbox, tracking_settings(settings, rules)),
            never=organization_never_list(),
        ),
        keyword=settings.tracked_keyword if settings.mark_tracked and uid_validity else "",
        starts_on=reading.starts_on,
        epoch=reading.epoch,
        folder=reading.folder,
        uid_validity=uid_validity,
        is_collector=mailbox.is_forward_mailbox,
        removes_from=removes_from(mailbox),
        trusted=fields_of_text(mailbox.profile.trusted_delivery) if mailbox.profile else (),
        believed=mailbox.profile.authserv_id if mailbox.profile else "",
        blocked=frozenset(received_file_rules(settings).blocked),
        undeliverable=UNDELIVERABLE if profile and profile.move_undelivered else "",
        undelivered_keyword=f"${UNDELIVERABLE}" if profile and profile.mark_undelivered else "",
        tracked_folder=profile.tracked_folder if profile else "",
        created_most=rules.created_most,
    )


def in_folder(desk: Desk, row: TrackingFolder) -> Desk:
    """The same mailbox, reading one of its watched folders.

    People file there, so nothing is removed from it nor moved out of it. `row` comes with its
    record.
    """
    record = row.regarding
    regarding = None
    if record is not None:
        regarding = RecordRef(PartyKind(record._meta.model_name), record.pk, name=str(record))
    return replace(
        desk,
        box=replace(desk.box, regarding=regarding),
        starts_on=row.starts_on,  # None where it is bound to a record
        epoch=row.epoch,
        folder=row.folder,
        uid_validity=row.uid_validity,
        removes_from=None,
        trusted=() if row.is_sent else desk.trusted,  # nobody delivered what was sent
        believed="",  # what a person puts there has whatever checks they wrote
        undeliverable="",
        tracked_folder="",
        watched=row.pk,
        is_sent=row.is_sent,
    )


def removes_from(mailbox: Mailbox) -> datetime | None:
    """From when on processed email is removed from the server; None where it stays."""
    if not mailbox.process_and_delete or mailbox.systemuser_id is not None:
        return None
    return (mailbox.enabled_on or timezone.now()) + FIRST_WEEK


def tracking_settings(settings: SystemSettings, rules: TrackingRules) -> TrackingSettings:
    """The Email tab and the rules of tracking, as those read them who decide."""
    forced = rules.forced_filter
    matching = matching_rules(settings, rules)
    form, *earlier = matching.forms
    return TrackingSettings(
        correlation=settings.use_correlation,
        tokens=settings.use_tracking_token,
        token_format=form,
        earlier_formats=tuple(earlier),
        two_activities=settings.track_internal_twice,
        own_filter_only=rules.own_filter_only,
        forced_filter=Filter(forced) if forced != NOT_FORCED else None,
        internal_to_queues=rules.internal_to_queues,
        internal_from_queues=not rules.internal_from_queues_ignored,
        items_for_recipients=rules.items_for_recipients,
        item_for_read_queue=rules.item_for_read_queue,
        items_for_tracked=rules.items_for_tracked,
        forwards_are_replies=rules.forwards_are_replies,
        plus_addresses=rules.plus_addresses,
        sender_unresolved=rules.sender_unresolved,
        recipients_unresolved=rules.recipients_unresolved,
        inactive_meant=rules.inactive_meant,
        bounces_tracked=rules.bounces_tracked,
        receipts_tracked=rules.receipts_tracked,
        smart_matching=rules.smart_matching,
        smart_matching_trusted=rules.smart_matching_trusted,
        matching=matching,
        creating=rules.wish,
    )


def joining_of(mailbox: Mailbox, settings: TrackingSettings) -> TrackingSettings:
    """The same, but for what this mailbox joins otherwise."""
    if mailbox.joining == Joining.AS_ORGANIZATION:
        return settings
    joins = mailbox.joining == Joining.DOUBTFUL
    return replace(settings, forwards_are_replies=joins, smart_matching_trusted=joins)


def matching_of(desk: Desk, rules: TrackingRules) -> Desk:
    """The same by these rules of smart matching; the tokens stay those of the cycle."""
    settings = desk.settings
    return replace(
        desk,
        settings=replace(
            settings,
            smart_matching=rules.smart_matching,
            matching=matching_by(rules, settings.matching.forms),
        ),
    )
