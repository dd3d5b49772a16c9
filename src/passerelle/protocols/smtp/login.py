"""AUTH PLAIN, or LOGIN where only that is offered (RFC 4954). One try.

535 is final, 454 and other 4xx pass. The password is revealed here and nowhere else.
"""

import base64

from passerelle.faults.protocols import (
    LoginNotOffered,
    LoginPostponed,
    LoginRefused,
    ProtocolFault,
    ServerBusy,
)
from passerelle.protocols.interfaces import Login
from passerelle.protocols.smtp.replies import Kind, Reply
from passerelle.protocols.smtp.session import Session

STEP = "AUTH"
# The mechanism, or authentication itself, is not wanted like this: the credentials are not judged.
_NOT_LIKE_THIS = frozenset({500, 502, 503, 504, 530, 534, 538})


def sign_in(session: Session, login: Login) -> None:
    """Sign in by the best mechanism that both know."""
    offered = session.offers.get("AUTH", "").split()
    try:
        if "PLAIN" in offered:
            reply = _plain(session, login)
        elif "LOGIN" in offered:
            reply = _login(session, login)
        else:
            raise LoginNotOffered(host=session.host, offered=" ".join(offered))
    except ServerBusy as busy:
        raise LoginPostponed(
            host=session.host, account=login.username, answer=str(busy.facts["answer"])
        ) from busy
    if reply.kind is not Kind.DONE:
        raise _refusal(session, reply, login)


def _plain(session: Session, login: Login) -> Reply:
    return session.ask(STEP, b"AUTH PLAIN " + _coded(f"\0{login.username}\0{_password(login)}"))


def _login(session: Session, login: Login) -> Reply:
    reply = session.ask(STEP, b"AUTH LOGIN")
    for answer in (login.username, _password(login)):
        if reply.kind is not Kind.MORE:
            break
        reply = session.ask(STEP, _coded(answer))
    return reply


def _password(login: Login) -> str:
    return login.password.reveal()


def _coded(text: str) -> bytes:
    return base64.b64encode(text.encode("utf-8", "surrogateescape"))


def _refusal(session: Session, reply: Reply, login: Login) -> ProtocolFault:
    if reply.code in _NOT_LIKE_THIS:
        return LoginNotOffered(host=session.host, offered=reply.shown)
    if reply.kind is Kind.MORE:
        return session.wire.not_understood(reply.shown.encode())
    kind = LoginPostponed if reply.kind is Kind.LATER else LoginRefused
    return kind(host=session.host, account=login.username, answer=reply.shown)
