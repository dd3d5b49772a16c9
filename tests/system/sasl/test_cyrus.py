"""Proxy authentication at a real Cyrus: one account signs in for many, and nobody else does."""

import imaplib
import ssl
from collections.abc import Iterator

import pytest
from tests.system.servers.cyrus import Cyrus, cyrus

from passerelle.faults import Secret
from passerelle.faults.mail.protocols import KeysRefused, LoginRefused
from passerelle.protocols.imap import open_imap, probe_imap
from passerelle.protocols.interfaces import Cursor, Login, Security, StepName

USERS = {"service": "of the service", "anna": "of anna", "bert": "of bert"}


@pytest.fixture(scope="module")
def server() -> Iterator[Cyrus]:
    with cyrus(USERS, proxies="service") as running:
        for name in ("anna", "bert"):
            deliver(running, name, f"Subject: of {name}\r\n\r\nx\r\n".encode())
        yield running


def deliver(server: Cyrus, name: str, raw: bytes) -> None:
    context = ssl.create_default_context(cadata=server.certificates.authority.read_text())
    with imaplib.IMAP4("localhost", server.port) as client:
        client.starttls(context)
        client.login(name, USERS[name])
        client.append("INBOX", "", "", raw)


@pytest.mark.parametrize(
    ("login", "mechanism"),
    [
        pytest.param(Login("anna", Secret("of anna")), "SCRAM-SHA-256", id="for-oneself"),
        pytest.param(
            Login("service", Secret("of the service"), "anna"), "SCRAM-SHA-256", id="by-scram"
        ),
        pytest.param(
            Login("service", Secret("of the service"), "anna", only_plain=True),
            "PLAIN",
            id="by-plain",
        ),
    ],
)
def test_the_mail_of_anna_is_read(server: Cyrus, login: Login, mechanism: str) -> None:
    facts: dict[StepName, str] = {}
    source = open_imap(server.endpoint(), login, watch=facts.__setitem__)
    try:
        (message,) = source.read(source.list_new(Cursor(), None).items)
    finally:
        source.close()
    assert b"Subject: of anna" in message.data
    assert facts[StepName.SIGN_IN] == f"anna, {mechanism}"


@pytest.mark.parametrize(
    "login",
    [
        pytest.param(Login("bert", Secret("of bert"), "anna"), id="bert-is-no-proxy"),
        pytest.param(Login("service", Secret("wrong"), "anna"), id="a-wrong-password"),
    ],
)
@pytest.mark.parametrize("only_plain", [True, False])
def test_a_refusal(server: Cyrus, login: Login, only_plain: bool) -> None:
    chosen = Login(login.username, login.password, login.authorization, only_plain=only_plain)
    with pytest.raises(LoginRefused) as caught:
        open_imap(server.endpoint(), chosen)
    assert isinstance(caught.value, KeysRefused) is not only_plain


def test_what_it_offers(server: Cyrus) -> None:
    offers = probe_imap(server.endpoint(Security.STARTTLS))
    assert {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-1"} <= set(offers.mechanisms)
    assert "IMAP4REV1" in offers.capabilities
    assert not any(name.startswith("AUTH=") for name in offers.capabilities)
