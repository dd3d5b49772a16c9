"""Opens an SMTP connection: greeting, EHLO, encryption, and sign-in unless the relay is anonymous.

No password goes out before the encryption that the endpoint asks for.
"""

from passerelle.faults import noop
from passerelle.protocols.interfaces import (
    Endpoint,
    Login,
    Offers,
    Security,
    StepName,
    Watch,
    unwatched,
)
from passerelle.protocols.smtp import login as signing
from passerelle.protocols.smtp.greeting import greet
from passerelle.protocols.smtp.replies import Kind
from passerelle.protocols.smtp.sender import SmtpSender
from passerelle.protocols.smtp.session import Session
from passerelle.protocols.smtp.starttls import start_tls
from passerelle.protocols.wire import open_wire


def open_smtp(
    endpoint: Endpoint, login: Login | None, *, hello: str, watch: Watch = unwatched
) -> SmtpSender:
    """A connection that may send; `hello` is the name by which this machine introduces itself."""
    session = _begun(endpoint, hello, watch)
    try:
        if login is not None:
            mechanism = signing.sign_in(session, login)
            watch(StepName.SIGN_IN, f"{login.account}, {mechanism}")
    except BaseException:
        session.wire.close()
        raise
    return SmtpSender(session)


def probe_smtp(endpoint: Endpoint, *, hello: str, watch: Watch = unwatched) -> Offers:
    """What the server offers to whoever has not signed in; the connection is closed after it."""
    session = _begun(endpoint, hello, watch)
    SmtpSender(session).close()
    ways = session.offers.get("AUTH", "").split()
    return Offers(tuple(sorted(session.offers.keys() - {"AUTH"})), tuple(sorted(set(ways))))


def _begun(endpoint: Endpoint, hello: str, watch: Watch) -> Session:
    session = Session(open_wire(endpoint, watch))
    try:
        _greeted(session)
        greet(session, hello)
        if endpoint.security is Security.STARTTLS:
            watch(StepName.TLS, start_tls(session, hello))
    except BaseException:
        session.wire.close()
        raise
    return session


def _greeted(session: Session) -> None:
    session.begin(noop("the greeting"))
    greeting = session.read()
    if greeting.kind is not Kind.DONE:
        raise session.refused(noop("the greeting"), greeting)
