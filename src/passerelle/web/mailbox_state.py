"""How one direction of a mailbox stands, told for a reader: runs, waits and why, next time."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from passerelle.alerts.services import RenderedAlert, render_fault, render_raised
from passerelle.engine.services import WorkState, state_of
from passerelle.faults import fault_of
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.models.choices import DeliveryMethod, Direction, TestStatus
from passerelle.mailboxes.services import is_enabled, may_process


@dataclass(frozen=True, slots=True)
class DirectionState:
    """One direction, ready to be shown."""

    direction: Direction
    tone: str  # good, warn, bad, busy or ""
    text: str
    why: RenderedAlert | None
    next_run: datetime | None
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
        next_run=work.due_on if work and hindrance is None else None,
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
