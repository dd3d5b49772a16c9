"""AUTHENTICATE by the strongest mechanism, else LOGIN unless it is forbidden (RFC 9051, 6.2.2).

One try. The password is revealed to the mechanism or written to the wire here, and nowhere else.
"""

from passerelle.faults.mail.protocols import (
    AnswerNotUnderstood,
    IdentityNotOffered,
    LoginNotOffered,
    ProtocolFault,
)
from passerelle.protocols.imap import refusals
from passerelle.protocols.imap.connecting import capability
from passerelle.protocols.imap.connecting.session import Session, Take
from passerelle.protocols.imap.syntax.responses import Condition, Data, Status
from passerelle.protocols.imap.syntax.strings import string
from passerelle.protocols.interfaces import Login
from passerelle.protocols.sasl import (
    Exchange,
    ServerSaidNo,
    answer_to,
    check_proven,
    coded,
    refused,
    strongest,
)
from passerelle.protocols.wire import ANSWER_BYTES

STEP = "LOGIN"


def sign_in(session: Session, login: Login) -> str:
    """Sign in, and learn what the server offers to this account; says by which mechanism."""
    seen = session.capabilities
    session.capabilities = frozenset()
    exchange = strongest(mechanisms(seen), login)
    if exchange is not None:
        status = _authenticate(session, exchange, login, at_once="SASL-IR" in seen)
        if status.condition is Condition.OK:
            check_proven(exchange, login, host=session.host)
    else:
        status = _login(session, login, seen)
    if status.condition is not Condition.OK:
        raise _refused(session, status, login, exchange)
    capability.note(session, status)
    if not session.capabilities:
        capability.ask(session)
    return exchange.mechanism if exchange else STEP


def mechanisms(capabilities: frozenset[str]) -> frozenset[str]:
    """The mechanisms of SASL among the capabilities."""
    return frozenset(name[5:] for name in capabilities if name.startswith("AUTH="))


def _login(session: Session, login: Login, seen: frozenset[str]) -> Status:
    if "LOGINDISABLED" in seen:
        offered = " ".join(sorted(name for name in seen if name.startswith("AUTH=")))
        raise LoginNotOffered(host=session.host, offered=offered)
    if login.authorization:
        raise IdentityNotOffered(host=session.host, account=login.username)
    words = (string(login.username), b" ", string(login.password.reveal()))
    return session.run(STEP, b"LOGIN ", *words, take=_noting(session))


def _authenticate(session: Session, exchange: Exchange, login: Login, *, at_once: bool) -> Status:
    session.settle()
    session.wire.begin(STEP)
    command, first = b"AUTHENTICATE " + exchange.mechanism.encode(), coded(exchange.first())
    if at_once:  # RFC 4959
        tag = session.begin(command, b" ", first, answer_bytes=ANSWER_BYTES)
    else:
        tag = session.begin(command, answer_bytes=ANSWER_BYTES)
    owed = None if at_once else first
    while True:
        said = session.challenge(tag, _noting(session))
        if isinstance(said, Status):
            return said
        if owed is None:
            try:
                owed = answer_to(exchange, said.text)
            except ServerSaidNo as no:
                raise refused(exchange, login, host=session.host, answer=str(no)) from no
            except ValueError as error:
                raise session.wire.not_understood(said.text) from error
        session.wire.write(owed + b"\r\n")
        owed = None


def _noting(session: Session) -> Take:
    def take(found: Data | Status) -> None:
        capability.note(session, found)

    return take


def _refused(
    session: Session, status: Status, login: Login, exchange: Exchange | None
) -> ProtocolFault:
    answer = refusals.shown(status)
    if status.condition is Condition.BAD:
        return AnswerNotUnderstood(host=session.host, step=STEP, answer=answer)
    if exchange is not None and status.code not in refusals.PASSING:
        return refused(exchange, login, host=session.host, answer=answer)
    return refusals.of_login(status, host=session.host, account=login.username)
