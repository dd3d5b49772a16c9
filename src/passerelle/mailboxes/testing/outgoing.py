"""The outgoing half of a test: open, sign in, and send one message to the mailbox itself.

A durable mark is set before the final dot. A test that finds the mark never sends again: whether
the message left shows when it arrives.
"""

from django.utils import timezone

from passerelle.engine.services import crash_point
from passerelle.faults import Fault
from passerelle.faults.mail.messages import MessageFault
from passerelle.faults.mail.protocols import AnswerLost, MessageRefused, ProtocolFault, ServerBusy
from passerelle.faults.mailboxes import InterruptedTest, MailboxFault
from passerelle.mailboxes.models.choices import Direction
from passerelle.mailboxes.services.connections import outgoing_of
from passerelle.mailboxes.services.opening import open_sender
from passerelle.mailboxes.testing.message import test_message
from passerelle.mailboxes.testing.opening_steps import OpeningSteps
from passerelle.mailboxes.testing.trial import Trial
from passerelle.protocols.interfaces import (
    MailSender,
    Recipient,
    RecipientAnswer,
    StepName,
)

SEND = "send"
NAMES = (*(name.value for name in StepName), SEND)


def try_outgoing(trial: Trial) -> Fault | None:
    """Write the steps; None when the message left, or may have left."""
    if trial.run.handed_over_on is not None:
        _left_before(trial)
        return None
    opening = OpeningSteps(trial.steps, Direction.OUTGOING, timezone.localdate())
    opening.begin()
    try:
        connection = outgoing_of(trial.mailbox, trial.settings)
        opening.know(connection.endpoint, anonymous=connection.login is None)
        sender = open_sender(
            trial.mailbox, watch=opening, settings=trial.settings, opener=trial.means.opener
        )
    except (ProtocolFault, MailboxFault) as fault:
        trial.steps.failed(fault)
        return fault
    trial.steps.begin(Direction.OUTGOING, SEND)
    try:
        _send(trial, sender, connection.endpoint.host)
    except AnswerLost:
        trial.steps.warned(InterruptedTest(mailbox=trial.mailbox.name))
    except (ProtocolFault, MessageFault) as fault:
        trial.steps.failed(fault)
        return fault
    finally:
        sender.close()
    return None


def _left_before(trial: Trial) -> None:
    """An attempt that was killed came as far as the dot, or further."""
    for name in StepName:
        trial.steps.skipped(Direction.OUTGOING, name.value)
    trial.steps.begin(Direction.OUTGOING, SEND)
    if trial.run.sent_on is not None:
        trial.steps.passed(trial.mailbox.email_address)
    else:
        trial.steps.warned(InterruptedTest(mailbox=trial.mailbox.name))


def _send(trial: Trial, sender: MailSender, host: str) -> None:
    address = trial.mailbox.email_address

    def mark(answers: tuple[RecipientAnswer, ...]) -> None:
        del answers
        crash_point("test.before-mark")
        with trial.steps.writing() as now:
            trial.run.handed_over_on = now
            trial.run.save(update_fields=["handed_over_on"])
        crash_point("test.marked")

    data = test_message(trial.run, trial.mailbox, timezone.now())
    handover = sender.send(address, [address], data, before_final_dot=mark)
    crash_point("test.handed-over")
    if not handover.sent:
        raise _refusal(host, handover.recipients, handover.answer)
    with trial.steps.writing() as now:
        trial.run.sent_on = now
        trial.run.save(update_fields=["sent_on"])
    crash_point("test.sent")
    trial.steps.passed(address)


def _refusal(host: str, answers: tuple[RecipientAnswer, ...], answer: str) -> ProtocolFault:
    refused = next((one for one in answers if one.outcome is not Recipient.ACCEPTED), None)
    said = refused.answer if refused else answer
    if refused is not None and refused.outcome is Recipient.POSTPONED:
        return ServerBusy(host=host, answer=said)
    return MessageRefused(host=host, answer=said)
