"""Opens a POP3 connection: greeting, capabilities, encryption, sign-in.

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
from passerelle.protocols.pop3 import capability
from passerelle.protocols.pop3 import login as signing
from passerelle.protocols.pop3.quitting import leave
from passerelle.protocols.pop3.session import Session
from passerelle.protocols.pop3.source import Pop3Source
from passerelle.protocols.pop3.starttls import start_tls
from passerelle.protocols.wire import open_wire


def open_pop3(endpoint: Endpoint, login: Login, *, watch: Watch = unwatched) -> Pop3Source:
    """A signed-in source of the mailbox. It signs in again when it has to see the mailbox anew."""
    return Pop3Source(_signed_in(endpoint, login, watch), lambda: _signed_in(endpoint, login))


def _signed_in(endpoint: Endpoint, login: Login, watch: Watch = unwatched) -> Session:
    session = _begun(endpoint, watch)
    try:
        mechanism = signing.sign_in(session, login)
        watch(StepName.SIGN_IN, f"{login.account}, {mechanism}")
    except BaseException:
        session.wire.close()
        raise
    return session


def probe_pop3(endpoint: Endpoint, *, watch: Watch = unwatched) -> Offers:
    """What the server offers to whoever has not signed in; the connection is closed after it."""
    session = _begun(endpoint, watch)
    leave(session)
    offered = session.offers
    ways = set(offered.get("SASL", "").split())
    if "USER" in offered or not offered:
        ways.add("USER")
    return Offers(tuple(sorted(offered.keys() - {"SASL"})), tuple(sorted(ways)))


def _begun(endpoint: Endpoint, watch: Watch) -> Session:
    session = Session(open_wire(endpoint, watch))
    try:
        _greeted(session)
        capability.ask(session)
        if endpoint.security is Security.STARTTLS:
            watch(StepName.TLS, start_tls(session))
    except BaseException:
        session.wire.close()
        raise
    return session


def _greeted(session: Session) -> None:
    session.wire.begin(noop("the greeting"))
    greeting = session.read()
    if not greeting.ok:
        raise session.refused(noop("the greeting"), greeting)
