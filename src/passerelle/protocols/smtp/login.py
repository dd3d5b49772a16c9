"""AUTH by the strongest mechanism, or LOGIN where only that is offered (RFC 4954). One try.

535 is final, 454 and other 4xx pass. The password is revealed to the mechanism or here, and
nowhere else.
"""

from passerelle.faults.mail.protocols import (
    IdentityNotOffered,
    LoginNotOffered,
    LoginPostponed,
    LoginRefused,
    ProtocolFault,
    ServerBusy,
)
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
from passerelle.protocols.smtp.replies import Kind, Reply
from passerelle.protocols.smtp.session import Session

STEP = "AUTH"
# The mechanism, or authentication itself, is not wanted like this: the credentials are not judged.
_NOT_LIKE_THIS = frozenset({500, 502, 503, 504, 530, 534, 538})


def sign_in(session: Session, login: Login) -> str:
    """Sign in by the best mechanism that both know, and say which."""
    offered = session.offers.get("AUTH", "").split()
    exchange = strongest(offered, login)
    if exchange is None:
        _check_login_can(session, login, offered)
    try:
        reply = _authenticate(session, exchange, login) if exchange else _login(session, login)
    except ServerBusy as busy:
        raise LoginPostponed(
            host=session.host, account=login.username, answer=str(busy.facts["answer"])
        ) from busy
    if reply.kind is not Kind.DONE:
        raise _refusal(session, reply, login, exchange)
    if exchange is not None:
        check_proven(exchange, login, host=session.host)
    return exchange.mechanism if exchange else "LOGIN"


def _check_login_can(session: Session, login: Login, offered: list[str]) -> None:
    if "LOGIN" not in offered:
        raise LoginNotOffered(host=session.host, offered=" ".join(offered))
    if login.authorization:
        raise IdentityNotOffered(host=session.host, account=login.username)


def _authenticate(session: Session, exchange: Exchange, login: Login) -> Reply:
    command = b"AUTH " + exchange.mechanism.encode() + b" "
    reply = session.ask(STEP, command + coded(exchange.first()))
    while reply.kind is Kind.MORE:
        challenge = reply.lines[0].encode()
        try:
            answer = answer_to(exchange, challenge)
        except ServerSaidNo as no:
            raise refused(exchange, login, host=session.host, answer=str(no)) from no
        except ValueError as error:
            raise session.wire.not_understood(challenge) from error
        reply = session.ask(STEP, answer)
    return reply


def _login(session: Session, login: Login) -> Reply:
    reply = session.ask(STEP, b"AUTH LOGIN")
    for answer in (login.username, login.password.reveal()):
        if reply.kind is not Kind.MORE:
            break
        reply = session.ask(STEP, coded(answer.encode("utf-8", "surrogateescape")))
    return reply


def _refusal(
    session: Session, reply: Reply, login: Login, exchange: Exchange | None
) -> ProtocolFault:
    if reply.code in _NOT_LIKE_THIS:
        return LoginNotOffered(host=session.host, offered=reply.shown)
    if reply.kind is Kind.MORE:
        return session.wire.not_understood(reply.shown.encode())
    if reply.kind is Kind.LATER:
        return LoginPostponed(host=session.host, account=login.username, answer=reply.shown)
    if exchange is not None:
        return refused(exchange, login, host=session.host, answer=reply.shown)
    return LoginRefused(host=session.host, account=login.username, answer=reply.shown)
