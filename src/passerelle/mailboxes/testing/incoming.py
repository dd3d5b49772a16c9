"""The incoming half of a test: open, sign in, list. It reads no message and marks none."""

from datetime import datetime

from django.utils import timezone

from passerelle.faults import Fault
from passerelle.faults.mail.protocols import LoginPostponed, ProtocolFault
from passerelle.faults.mailboxes import LockHeldByRouter, MailboxFault
from passerelle.mailboxes.models.choices import Direction, IncomingProtocol
from passerelle.mailboxes.services.connections import incoming_of
from passerelle.mailboxes.services.opening import open_source
from passerelle.mailboxes.testing.moves import tell_moves
from passerelle.mailboxes.testing.opening_steps import OpeningSteps
from passerelle.mailboxes.testing.trial import Trial, gaps
from passerelle.protocols.interfaces import Cursor, MailSource, StepName, Watch, unwatched

LIST = "list"
NAMES = (*(name.value for name in StepName), LIST)


def try_incoming(trial: Trial) -> Fault | None:
    """Write the steps; None when the direction passed, with or without a warning."""
    opening = OpeningSteps(trial.steps, Direction.INCOMING, timezone.localdate())
    opening.begin()
    try:
        connection = incoming_of(trial.mailbox, trial.settings)
        opening.know(connection.endpoint, anonymous=False)
        source = _opened(trial, opening)
    except (ProtocolFault, MailboxFault) as fault:
        return _opening_failed(trial, fault)
    trial.steps.begin(Direction.INCOMING, LIST)
    try:
        listing = source.list_new(Cursor(), _since(connection.protocol))
    except ProtocolFault as fault:
        trial.steps.failed(fault)
        return fault
    finally:
        source.close()
    trial.steps.passed(listing.folder)
    tell_moves(trial.steps, trial.mailbox.profile, source)
    return None


def open_trial_source(trial: Trial, watch: Watch = unwatched) -> MailSource:
    """The mailbox's source, by the means of the test."""
    return open_source(
        trial.mailbox, watch=watch, settings=trial.settings, opener=trial.means.opener
    )


def lock_of_router(trial: Trial, fault: Fault) -> LockHeldByRouter | None:
    """The warning that stands for a POP3 lock while a router may hold it.

    RFC 2449, 8.1.2: [IN-USE] is said after the credentials were accepted, so they are proven.
    """
    profile = trial.mailbox.profile
    pop3 = profile is not None and profile.incoming_protocol == IncomingProtocol.POP3
    locked = isinstance(fault, LoginPostponed) and "IN-USE" in str(fault.facts["answer"]).upper()
    if not (pop3 and locked and trial.is_router_about):
        return None
    return LockHeldByRouter(host=fault.facts["host"], mailbox=trial.mailbox.name)


def _opened(trial: Trial, watch: Watch) -> MailSource:
    """Opened, however often it takes: a cycle or a router may hold the mailbox for a moment."""
    try:
        return open_trial_source(trial, watch)
    except LoginPostponed as fault:
        postponed = fault
    for gap in gaps(trial.means.arrival_seconds):
        trial.means.wait(gap)
        try:
            source = open_trial_source(trial)
        except LoginPostponed as fault:
            postponed = fault
        else:
            trial.steps.passed()
            return source
    raise postponed


def _since(protocol: str) -> datetime | None:
    """What lists the least: IMAP searches from today on, POP3 would look into each message."""
    return None if protocol == IncomingProtocol.POP3 else timezone.now()


def _opening_failed(trial: Trial, fault: Fault) -> Fault | None:
    warning = lock_of_router(trial, fault)
    if warning is None:
        trial.steps.failed(fault)
        return fault
    trial.steps.warned(warning)
    trial.steps.skipped(Direction.INCOMING, LIST, warning)
    return None
