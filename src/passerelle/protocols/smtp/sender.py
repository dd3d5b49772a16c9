"""`MailSender` over SMTP: one message after another over one connection (RFC 5321, 3.3).

After a refusal the connection goes on, reset; when the conversation itself is in doubt (no answer,
or a body without its dot) it is closed.
"""

import contextlib
from collections.abc import Callable, Sequence

from passerelle.faults import Fault
from passerelle.faults.mail.protocols import (
    ConnectionLost,
    MessageRefused,
    SenderRefused,
    ServerBusy,
)
from passerelle.protocols.interfaces import Handover, Recipient, RecipientAnswer
from passerelle.protocols.smtp.body import give_body, normalised
from passerelle.protocols.smtp.envelope import Envelope, envelope, give
from passerelle.protocols.smtp.replies import Kind
from passerelle.protocols.smtp.session import Session

FAREWELL_SECONDS = 5.0


class SmtpSender:
    """A signed-in SMTP connection."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._usable = True
        self._is_clean = True  # no message is begun (RFC 5321, 4.1.1.4: one that was taken is over)

    def send(
        self,
        sender: str,
        recipients: Sequence[str],
        data: bytes,
        *,
        before_final_dot: Callable[[tuple[RecipientAnswer, ...]], None],
        asks_delivered: bool = False,
    ) -> Handover:
        if not self._usable:
            raise ConnectionLost(host=self._session.host, step="MAIL")
        body = normalised(data)
        wanted = envelope(self._session, sender, recipients, body, asks_delivered=asks_delivered)
        self._usable = False
        try:
            handover = self._transaction(wanted, body, before_final_dot)
            self._usable = True
        except (SenderRefused, MessageRefused, ServerBusy):
            self._usable = self._session.settled
            raise
        finally:
            if not self._usable:
                self._session.wire.close()  # without its dot no server delivers the message
        return handover

    def close(self) -> None:
        if self._usable:
            with contextlib.suppress(Fault):
                self._session.begin("QUIT", seconds=FAREWELL_SECONDS)
                self._session.send(b"QUIT")
                self._session.read()
        self._usable = False
        self._session.wire.close()

    def _transaction(
        self,
        wanted: Envelope,
        body: bytes,
        before_final_dot: Callable[[tuple[RecipientAnswer, ...]], None],
    ) -> Handover:
        if not self._is_clean:
            self._reset()
        self._is_clean = False
        answers = give(self._session, wanted)
        if not any(each.outcome is Recipient.ACCEPTED for each in answers):
            return Handover(answers, sent=False, answer="")
        final = give_body(self._session, body, lambda: before_final_dot(answers))
        self._is_clean = True
        return Handover(answers, sent=True, answer=final)

    def _reset(self) -> None:
        reply = self._session.ask("RSET", b"RSET")
        if reply.kind is not Kind.DONE:
            raise self._session.refused("RSET", reply)
