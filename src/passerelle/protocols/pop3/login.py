"""AUTH by the strongest mechanism, else USER and PASS (RFC 5034; RFC 1939, 7). One try.

[AUTH] and refusals without a code are final; [IN-USE], [LOGIN-DELAY] and [SYS/TEMP] pass. The
password is revealed to the mechanism or here, and nowhere else.
"""

import re

from passerelle.faults.mail.protocols import (
    IdentityNotOffered,
    LoginNotOffered,
    LoginPostponed,
    LoginRefused,
    ProtocolFault,
)
from passerelle.protocols.interfaces import Login
from passerelle.protocols.pop3 import capability
from passerelle.protocols.pop3.session import PASSING, Answer, Session
from passerelle.protocols.sasl import (
    Exchange,
    ServerSaidNo,
    answer_to,
    check_proven,
    coded,
    refused,
    strongest,
)

STEP = "LOGIN"
_ENDS_A_LINE = re.compile(rb"[\r\n\0]")


def sign_in(session: Session, login: Login) -> str:
    """Sign in, and learn what the server offers to this account; says by which mechanism."""
    offered = session.offers
    exchange = strongest(offered.get("SASL", "").split(), login)
    if exchange is not None:
        answer = _authenticate(session, exchange, login)
        if answer.ok:
            check_proven(exchange, login, host=session.host)
    elif offered and "USER" not in offered:
        raise LoginNotOffered(host=session.host, offered=offered.get("SASL", ""))
    elif login.authorization:
        raise IdentityNotOffered(host=session.host, account=login.username)
    else:
        answer = _user(session, login)
    if not answer.ok:
        raise _refusal(session, answer, login, exchange)
    if offered:
        capability.ask(session)
    return exchange.mechanism if exchange else "USER"


def _authenticate(session: Session, exchange: Exchange, login: Login) -> Answer:
    session.wire.begin(STEP)
    session.send(b"AUTH " + exchange.mechanism.encode())
    owed: bytes | None = coded(exchange.first())
    while True:
        line = session.wire.read_line()
        if not line.startswith(b"+ ") and line != b"+":
            return session.answered(line)
        if owed is None:
            try:
                owed = answer_to(exchange, line[2:])
            except ServerSaidNo as no:
                raise refused(exchange, login, host=session.host, answer=str(no)) from no
            except ValueError as error:
                raise session.wire.not_understood(line) from error
        session.send(owed)
        owed = None


def _user(session: Session, login: Login) -> Answer:
    words = [
        text.encode("utf-8", "surrogateescape")
        for text in (login.username, login.password.reveal())
    ]
    if any(_ENDS_A_LINE.search(word) for word in words):
        return Answer(ok=False, code="", text=b"CR LF NUL")  # cannot be said in USER and PASS
    answer = session.ask(STEP, b"USER " + words[0])
    return session.ask(STEP, b"PASS " + words[1]) if answer.ok else answer


def _refusal(
    session: Session, answer: Answer, login: Login, exchange: Exchange | None
) -> ProtocolFault:
    if answer.code in PASSING:
        return LoginPostponed(host=session.host, account=login.username, answer=answer.shown)
    if exchange is not None:
        return refused(exchange, login, host=session.host, answer=answer.shown)
    return LoginRefused(host=session.host, account=login.username, answer=answer.shown)
