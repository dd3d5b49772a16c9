"""AUTHENTICATE PLAIN where it is offered, else LOGIN unless it is forbidden (RFC 9051, 6.2.2).

One try. The password is revealed here and written to the wire, and nowhere else.
"""

import base64

from passerelle.faults.protocols import AnswerNotUnderstood, LoginNotOffered, ProtocolFault
from passerelle.protocols.imap import capability, refusals
from passerelle.protocols.imap.responses import Condition, Data, Status
from passerelle.protocols.imap.session import Session
from passerelle.protocols.imap.strings import string
from passerelle.protocols.interfaces import Login
from passerelle.protocols.wire import ANSWER_BYTES

STEP = "LOGIN"


def sign_in(session: Session, login: Login) -> None:
    """Sign in, and learn what the server offers to this account."""
    seen = session.capabilities

    def take(found: Data | Status) -> None:
        capability.note(session, found)

    session.capabilities = frozenset()
    if "AUTH=PLAIN" in seen:
        status = _authenticate(session, login, at_once="SASL-IR" in seen)
    elif "LOGINDISABLED" not in seen:
        words = (string(login.username), b" ", string(login.password.reveal()))
        status = session.run(STEP, b"LOGIN ", *words, take=take)
    else:
        offered = " ".join(sorted(name for name in seen if name.startswith("AUTH=")))
        raise LoginNotOffered(host=session.host, offered=offered)
    if status.condition is not Condition.OK:
        raise _refused(session, status, login)
    capability.note(session, status)
    if not session.capabilities:
        capability.ask(session)


def _authenticate(session: Session, login: Login, *, at_once: bool) -> Status:
    words = f"\0{login.username}\0{login.password.reveal()}"
    answer = base64.b64encode(words.encode("utf-8", "surrogateescape"))
    if at_once:
        return session.run(STEP, b"AUTHENTICATE PLAIN ", answer)
    session.settle()
    session.wire.begin(STEP)
    tag = session.begin(b"AUTHENTICATE PLAIN", answer_bytes=ANSWER_BYTES)
    refused = session.answer_continuation(tag, answer)
    return refused or session.wait(tag, lambda found: capability.note(session, found))


def _refused(session: Session, status: Status, login: Login) -> ProtocolFault:
    if status.condition is Condition.BAD:
        answer = refusals.shown(status)
        return AnswerNotUnderstood(host=session.host, step=STEP, answer=answer)
    return refusals.of_login(status, host=session.host, account=login.username)
