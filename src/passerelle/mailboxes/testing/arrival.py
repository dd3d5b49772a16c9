"""Waiting for the test message, and removing exactly it.

The mailbox is looked at with growing gaps and a new connection each time, as POP3 shows what was
there at its sign-in; after a bound the answer is no. Removing is the only deletion there is: by UID
EXPUNGE or DELE, else the message stays and the step says so.
"""

from passerelle.engine.services import crash_point
from passerelle.faults import Fault
from passerelle.faults.mail.protocols import LoginRefused, ProtocolFault
from passerelle.faults.mailboxes import (
    LostTestMessage,
    MailboxFault,
    StayingTestMessage,
    TakenTestMessage,
)
from passerelle.mailboxes.models.choices import Direction
from passerelle.mailboxes.testing.incoming import lock_of_router, open_trial_source
from passerelle.mailboxes.testing.message import message_id_of
from passerelle.mailboxes.testing.trial import Trial, gaps

ARRIVED, REMOVED = "arrived", "removed"


def await_arrival(trial: Trial) -> Fault | None:
    """Write the steps `arrived` and `removed`; None when the message came or need not have."""
    trial.steps.begin(Direction.INCOMING, ARRIVED)
    if trial.run.arrived_on is None:
        fault = _looked_for(trial)
        if fault is not None:
            return _not_seen(trial, fault)
        with trial.steps.writing() as now:
            trial.run.arrived_on = now
            trial.run.save(update_fields=["arrived_on"])
        crash_point("test.arrived")
    trial.steps.passed(trial.mailbox.email_address)
    trial.steps.begin(Direction.INCOMING, REMOVED)
    if _removed(trial):
        trial.steps.passed()
    else:
        trial.steps.warned(StayingTestMessage(mailbox=trial.mailbox.name))
    crash_point("test.removed")
    return None


def _looked_for(trial: Trial) -> Fault | None:
    """None when it was found, else why it was not."""
    seconds = int(trial.means.arrival_seconds)
    lost: Fault = LostTestMessage(seconds=seconds, mailbox=trial.mailbox.email_address)
    fault = lost
    for gap in (0.0, *gaps(trial.means.arrival_seconds)):
        if gap:
            trial.means.wait(gap)
        try:
            if _is_there(trial):
                return None
            fault = lost
        except (LoginRefused, MailboxFault) as refusal:
            return refusal
        except ProtocolFault as passing:
            fault = passing
    return fault


def _is_there(trial: Trial) -> bool:
    source = open_trial_source(trial)
    try:
        return source.find(message_id_of(trial.run, trial.mailbox))
    finally:
        source.close()


def _not_seen(trial: Trial, fault: Fault) -> Fault | None:
    """While a router reads the mailbox it may have taken the message, or hold the lock."""
    warning: Fault | None = lock_of_router(trial, fault)
    if warning is None and isinstance(fault, LostTestMessage) and trial.is_router_about:
        warning = TakenTestMessage(
            seconds=int(trial.means.arrival_seconds), mailbox=trial.mailbox.name
        )
    if warning is None:
        trial.steps.failed(fault)
        return fault
    trial.steps.warned(warning)
    trial.steps.skipped(Direction.INCOMING, REMOVED, warning)
    return None


def _removed(trial: Trial) -> bool:
    """Whether the message is gone now. A fault leaves it, which is no failure of the test."""
    try:
        source = open_trial_source(trial)
        try:
            message_id = message_id_of(trial.run, trial.mailbox)
            # Gone already when a test that was killed here goes on.
            return source.find_and_remove(message_id) or not source.find(message_id)
        finally:
            source.close()
    except (ProtocolFault, MailboxFault):
        return False
