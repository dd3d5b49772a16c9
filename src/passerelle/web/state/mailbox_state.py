"""How one direction of a mailbox stands, told for a reader: runs, waits and why, next time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from passerelle.alerts.services import (
    RenderedAlert,
    SubjectKind,
    open_counts,
    render_fault,
    render_raised,
)
from passerelle.engine.services import WorkState, state_of
from passerelle.faults import Fault, fault_of
from passerelle.faults.mailboxes import (
    AddressMissing,
    CredentialsNotAllowed,
    MailboxInactive,
    NotApproved,
    PasswordMissing,
    ProcessedByRouter,
    ProfileInactive,
    ProfileMissing,
)
from passerelle.mailboxes.expecting.services import expected
from passerelle.mailboxes.models import Mailbox, SystemSettings
from passerelle.mailboxes.models.choices import DeliveryMethod, Direction, TestStatus
from passerelle.mailboxes.services import is_enabled, is_server_side, may_process, system_settings
from passerelle.sync.services import Why as Rest
from passerelle.sync.services import why_rests


@dataclass(frozen=True, slots=True)
class DirectionState:
    """One direction, ready to be shown."""

    direction: Direction
    tone: str  # good, warn, bad, busy or ""
    text: str
    why: RenderedAlert | None
    rests: list[Rest]  # for limits of what is sent
    next_run: str  # when, and why then
    last_run: datetime | None
    enabled: bool
    method: str
    test: str


def states_of(mailbox: Mailbox) -> list[DirectionState]:
    """Both directions, incoming first."""
    return [_state(mailbox, direction) for direction in Direction]


def _state(mailbox: Mailbox, direction: Direction) -> DirectionState:
    hindrance = may_process(mailbox, direction)
    work = state_of(direction.value, [mailbox.pk]).get(mailbox.pk)
    incoming = direction == Direction.INCOMING
    tone, text = _told(work, running_allowed=hindrance is None)
    why = render_raised(hindrance) if hindrance else _last_fault(work)
    return DirectionState(
        direction=direction,
        tone=tone,
        text=text,
        why=why,
        rests=[] if incoming else why_rests(mailbox),
        next_run=expected(mailbox, direction).text,
        last_run=work.last_finished_on if work else None,
        enabled=is_enabled(mailbox, direction),
        method=str(
            DeliveryMethod(mailbox.incoming_method if incoming else mailbox.outgoing_method).label
        ),
        test=str(
            TestStatus(mailbox.incoming_status if incoming else mailbox.outgoing_status).label
        ),
    )


def _told(work: WorkState | None, *, running_allowed: bool) -> tuple[str, str]:
    if not running_allowed:
        return "", gettext("Does not run")
    if work is None:
        return "warn", gettext("Not asked for yet")
    if work.running:
        return "busy", gettext("Runs at this moment")
    if work.last_code:
        return "bad", gettext("Waits after a fault")
    return "good", gettext("Runs")


def _last_fault(work: WorkState | None) -> RenderedAlert | None:
    """What stopped the last run. Its facts are with the alert; here its kind is told."""
    fault = fault_of(work.last_code) if work and work.last_code else None
    if fault is None or fault.fact_names:
        return None
    return render_fault(fault.code, {})


@dataclass(frozen=True, slots=True)
class Word:
    """How a direction stands, in a word or two."""

    tone: str
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What one row of the list says of its mailbox."""

    incoming: Word
    outgoing: Word
    alerts: int


def marks_of(mailboxes: Sequence[Mailbox]) -> dict[UUID, Mark]:
    """For the rows of one page: four queries, however many rows. Wants `RELATED` loaded."""
    keys = [mailbox.pk for mailbox in mailboxes]
    settings = system_settings()
    work = {direction: state_of(direction.value, keys) for direction in Direction}
    alerts = open_counts(SubjectKind.MAILBOX, keys)
    marks = {}
    for box in mailboxes:
        words = [_word(box, way, work[way].get(box.pk), settings) for way in Direction]
        marks[box.pk] = Mark(words[0], words[1], alerts.get(box.pk, 0))
    return marks


def _word(
    mailbox: Mailbox, direction: Direction, work: WorkState | None, settings: SystemSettings
) -> Word:
    incoming = direction == Direction.INCOMING
    if not is_server_side(mailbox, direction):
        method = mailbox.incoming_method if incoming else mailbox.outgoing_method
        return Word("", str(DeliveryMethod(method).label))
    if not is_enabled(mailbox, direction):
        status = mailbox.incoming_status if incoming else mailbox.outgoing_status
        if status == TestStatus.FAILURE:
            return Word("bad", gettext("Test failed"))
        return Word("", gettext("Not enabled"))
    hindrance = may_process(mailbox, direction, settings)
    if isinstance(hindrance, ProcessedByRouter):
        return Word("good", gettext("Ready for the switch"))
    if hindrance is not None:
        return Word("warn", str(HINDERED.get(type(hindrance), _("Cannot run"))))
    return Word(*_told(work, running_allowed=True))


HINDERED: Mapping[type[Fault], Promise] = {
    MailboxInactive: _("Inactive"),
    NotApproved: _("Not approved"),
    AddressMissing: _("No address"),
    ProfileMissing: _("No profile"),
    ProfileInactive: _("Profile inactive"),
    PasswordMissing: _("Password missing"),
    CredentialsNotAllowed: _("Credentials not allowed"),
}
