"""Opens an IMAP connection: greeting, capabilities, encryption, sign-in.

No password goes out before the encryption that the endpoint asks for.
"""

from passerelle.faults import noop
from passerelle.faults.mail.protocols import EncryptionFailed, ServerBusy
from passerelle.protocols.imap import refusals
from passerelle.protocols.imap.connecting import capability, login
from passerelle.protocols.imap.connecting.logout import log_out
from passerelle.protocols.imap.connecting.session import Session
from passerelle.protocols.imap.connecting.starttls import start_tls
from passerelle.protocols.imap.source import ImapSource
from passerelle.protocols.imap.syntax.responses import Condition, Status
from passerelle.protocols.interfaces import (
    Endpoint,
    Login,
    Offers,
    Security,
    StepName,
    Watch,
    unwatched,
)
from passerelle.protocols.wire import open_wire


def open_imap(
    endpoint: Endpoint, who: Login, *, folder: str = "INBOX", watch: Watch = unwatched
) -> ImapSource:
    """A signed-in source of that folder's mail. `watch` hears of each step that is done."""
    session = _begun(endpoint, watch)
    try:
        mechanism = login.sign_in(session, who)
        watch(StepName.SIGN_IN, f"{who.account}, {mechanism}")
    except BaseException:
        session.wire.close()
        raise
    return ImapSource(session, folder, account=who.account)


def probe_imap(endpoint: Endpoint, *, watch: Watch = unwatched) -> Offers:
    """What the server offers to whoever has not signed in; the connection is closed after it."""
    session = _begun(endpoint, watch)
    log_out(session)
    ways = login.mechanisms(session.capabilities)
    plain = {"LOGIN"} if "LOGINDISABLED" not in session.capabilities else set()
    others = (name for name in session.capabilities if not name.startswith("AUTH="))
    return Offers(tuple(sorted(others)), tuple(sorted(ways | plain)))


def _begun(endpoint: Endpoint, watch: Watch) -> Session:
    session = Session(open_wire(endpoint, watch))
    try:
        _greeted(session)
        if endpoint.security is Security.STARTTLS:
            watch(StepName.TLS, start_tls(session))
    except BaseException:
        session.wire.close()
        raise
    return session


def _greeted(session: Session) -> None:
    session.wire.begin(noop("the greeting"))
    greeting = session.read()
    match greeting:
        case Status(condition=Condition.OK, tag=b""):
            capability.note(session, greeting)
        case Status(condition=Condition.PREAUTH, tag=b""):
            # It would skip STARTTLS and the sign-in (CVE-2020-14093 and its kin).
            endpoint = session.wire.endpoint
            raise EncryptionFailed(host=endpoint.host, port=endpoint.port, reason="PREAUTH")
        case Status():
            raise ServerBusy(host=session.host, answer=refusals.shown(greeting))
        case _:
            raise session.wire.not_understood(b"no greeting")
    if not session.capabilities:
        capability.ask(session)
