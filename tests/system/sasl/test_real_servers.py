"""SCRAM, and one account that signs in for many, at Dovecot by IMAP and POP3 and at Postfix."""

from collections.abc import Callable, Iterator

import pytest
from tests.system.servers.dovecot import Dovecot, dovecot
from tests.system.servers.postfix import Postfix, postfix

from passerelle.faults import Secret
from passerelle.faults.mail.protocols import KeysRefused, LoginRefused
from passerelle.protocols.imap import open_imap, probe_imap
from passerelle.protocols.interfaces import Cursor, Login, Security, StepName
from passerelle.protocols.pop3 import open_pop3, probe_pop3
from passerelle.protocols.smtp import open_smtp, probe_smtp

PASSWORD = "s3cret, é=ß"
MASTER = "master's own"
USERS = {"anna": PASSWORD, "bert": "another"}
SCRAM = "auth_mechanisms = plain login scram-sha-1 scram-sha-256\n"
PLAIN = "auth_mechanisms = plain\n"
MASTERS = """
auth_master_user_separator = *
passdb {
  driver = passwd-file
  args = username_format=%u HOME/masters/%u
  master = yes
}
service auth {
  unix_listener for-postfix {
    mode = 0666
  }
}
"""


@pytest.fixture(scope="module", params=[SCRAM, PLAIN], ids=["scram", "plain"])
def server(request: pytest.FixtureRequest) -> Iterator[Dovecot]:
    """Each of anna and bert has one message of their own; `service` is a master user."""
    with dovecot(USERS, extra=request.param + MASTERS) as running:
        masters = running.home / "masters"
        masters.mkdir()
        (masters / "service").write_text(f"service:{{PLAIN}}{MASTER}\n")
        for name in USERS:
            running.deliver(name, f"Subject: of {name}\r\n\r\nx\r\n".encode())
        yield running


def mechanism(server: Dovecot) -> str:
    settings = (server.home / "dovecot.conf").read_text()
    return "SCRAM-SHA-256" if SCRAM in settings else "PLAIN"


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.IMPLICIT])
@pytest.mark.parametrize("protocol", ["imap", "pop3"])
@pytest.mark.parametrize(
    ("login", "account"),
    [
        pytest.param(Login("anna", Secret(PASSWORD)), "anna", id="for-oneself"),
        pytest.param(Login("anna*service", Secret(MASTER)), "anna*service", id="in-the-user-name"),
        pytest.param(Login("service", Secret(MASTER), "anna"), "anna", id="by-authorization"),
    ],
)
def test_signing_in(
    server: Dovecot, protocol: str, security: Security, login: Login, account: str
) -> None:
    facts: dict[StepName, str] = {}
    opened = open_imap if protocol == "imap" else open_pop3
    source = opened(server.endpoint(protocol, security), login, watch=facts.__setitem__)
    try:
        (message,) = source.read(source.list_new(Cursor(), None).items)
    finally:
        source.close()
    assert b"Subject: of anna" in message.data
    assert facts[StepName.SIGN_IN] == f"{account}, {mechanism(server)}"


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
@pytest.mark.parametrize(
    "login",
    [
        pytest.param(Login("anna", Secret("wrong")), id="a-wrong-password"),
        pytest.param(Login("service", Secret("wrong"), "anna"), id="of-the-master"),
        pytest.param(Login("anna", Secret(PASSWORD), "bert"), id="for-bert-without-the-right"),
    ],
)
def test_a_refusal(server: Dovecot, protocol: str, login: Login) -> None:
    opened = open_imap if protocol == "imap" else open_pop3
    with pytest.raises(LoginRefused) as caught:
        opened(server.endpoint(protocol, Security.IMPLICIT), login)
    assert isinstance(caught.value, KeysRefused) is (mechanism(server) != "PLAIN")


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_what_it_offers(server: Dovecot, protocol: str) -> None:
    probe = probe_imap if protocol == "imap" else probe_pop3
    offers = probe(server.endpoint(protocol, Security.STARTTLS))
    assert mechanism(server) in offers.mechanisms
    assert ("IDLE" if protocol == "imap" else "UIDL") in offers.capabilities


def test_what_postfix_offers(server: Dovecot, relay: Postfix) -> None:
    offers = probe_smtp(relay.endpoint(Security.STARTTLS), hello="crm.example.org")
    assert mechanism(server) in offers.mechanisms
    assert "SIZE" in offers.capabilities


@pytest.fixture(scope="module")
def relay(server: Dovecot) -> Iterator[Postfix]:
    """A Postfix that lets the Dovecot judge who signs in."""
    extra = f"""
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {server.home}/run/for-postfix
smtpd_sasl_security_options = noanonymous
"""
    with postfix(["anna"], extra=extra) as running:
        yield running


@pytest.mark.parametrize(
    ("login", "good"),
    [
        pytest.param(Login("anna", Secret(PASSWORD)), True, id="for-oneself"),
        pytest.param(Login("service", Secret(MASTER), "anna"), True, id="by-authorization"),
        pytest.param(Login("anna", Secret("wrong")), False, id="a-wrong-password"),
    ],
)
def test_signing_in_to_postfix(server: Dovecot, relay: Postfix, login: Login, good: bool) -> None:
    facts: dict[StepName, str] = {}
    opening: Callable[[], object] = lambda: open_smtp(  # noqa: E731 - said once, called twice
        relay.endpoint(Security.STARTTLS), login, hello="crm.example.org", watch=facts.__setitem__
    ).close()
    if good:
        opening()
        assert facts[StepName.SIGN_IN] == f"anna, {mechanism(server)}"
    else:
        with pytest.raises(LoginRefused):
            opening()
