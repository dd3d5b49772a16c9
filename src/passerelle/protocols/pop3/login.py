"""AUTH PLAIN where it is offered, else USER and PASS (RFC 5034; RFC 1939, 7). One try.

[AUTH] and refusals without a code are final; [IN-USE], [LOGIN-DELAY] and [SYS/TEMP] pass. The
password is revealed here and nowhere else.
"""

import base64
import re

from passerelle.faults.protocols import LoginNotOffered, LoginPostponed, LoginRefused
from passerelle.protocols.interfaces import Login
from passerelle.protocols.pop3 import capability
from passerelle.protocols.pop3.session import PASSING, Answer, Session

STEP = "LOGIN"
_ENDS_A_LINE = re.compile(rb"[\r\n\0]")


def sign_in(session: Session, login: Login) -> None:
    """Sign in, and learn what the server offers to this account."""
    offered = session.offers
    if "PLAIN" in offered.get("SASL", "").split():
        answer = _plain(session, login)
    elif "USER" in offered or not offered:
        answer = _user(session, login)
    else:
        names = offered.get("SASL", "")
        raise LoginNotOffered(host=session.host, offered=names)
    if not answer.ok:
        kind = LoginPostponed if answer.code in PASSING else LoginRefused
        raise kind(host=session.host, account=login.username, answer=answer.shown)
    if offered:
        capability.ask(session)


def _plain(session: Session, login: Login) -> Answer:
    words = f"\0{login.username}\0{login.password.reveal()}".encode("utf-8", "surrogateescape")
    session.wire.begin(STEP)
    session.send(b"AUTH PLAIN")
    challenge = session.wire.read_line()
    if not challenge.startswith(b"+ ") and challenge != b"+":
        return Answer(ok=False, code=_code(challenge), text=challenge.removeprefix(b"-ERR "))
    session.send(base64.b64encode(words))
    return session.read()


def _user(session: Session, login: Login) -> Answer:
    words = [
        text.encode("utf-8", "surrogateescape")
        for text in (login.username, login.password.reveal())
    ]
    if any(_ENDS_A_LINE.search(word) for word in words):
        return Answer(ok=False, code="", text=b"CR LF NUL")  # cannot be said in USER and PASS
    answer = session.ask(STEP, b"USER " + words[0])
    return session.ask(STEP, b"PASS " + words[1]) if answer.ok else answer


def _code(line: bytes) -> str:
    found = re.match(rb"-ERR \[([A-Za-z0-9/\-]+)\]", line)
    return found[1].decode().upper() if found else ""
