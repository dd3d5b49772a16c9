"""Certificates good and bad, over implicit TLS and STARTTLS: no password before a good one."""

import pytest
from tests.system.hostile.scripted import PATIENT, Peer, Script, scripted
from tests.system.servers.certificates import Certificates

from passerelle.faults import Fault, Secret
from passerelle.faults.mail.protocols import CertificateRefused, EncryptionFailed
from passerelle.protocols.imap import open_imap
from passerelle.protocols.interfaces import Endpoint, Login, Security, StepName

LOGIN = Login("anna", Secret("geheim"))


def imap_over(made: Certificates, security: Security) -> Script:
    """A small IMAP server that encrypts with that certificate, before or amid its words."""

    def script(peer: Peer) -> None:
        if security is Security.IMPLICIT:
            peer.encrypt(made)
        peer.say(b"* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n")
        while True:
            tag, command, *_ = peer.line().encode().split(b" ")
            if command == b"CAPABILITY":
                peer.say(b"* CAPABILITY IMAP4rev1\r\n")
            peer.say(tag + b" OK done\r\n")
            if command == b"STARTTLS":
                peer.encrypt(made)

    return script


SECURITIES = pytest.mark.parametrize("security", [Security.IMPLICIT, Security.STARTTLS])


@SECURITIES
def test_a_good_certificate_is_accepted(security: Security, certificates: Certificates) -> None:
    seen: list[tuple[StepName, str]] = []
    with scripted(imap_over(certificates, security)) as server:
        endpoint = server.endpoint(security, authorities=certificates.authority.read_text())
        open_imap(endpoint, LOGIN, watch=lambda step, fact: seen.append((step, fact))).close()
    assert [step for step, _ in seen] == list(StepName)
    said = dict(seen)[StepName.TLS]
    assert said.startswith("TLSv1.3, TLS_")
    assert ", CN=localhost, CN=Tests of Passerelle, 20" in said


@SECURITIES
@pytest.mark.parametrize("which", ["expired", "misnamed", "certificates"])
def test_a_bad_certificate_is_refused(
    request: pytest.FixtureRequest, security: Security, which: str
) -> None:
    made: Certificates = request.getfixturevalue(which)
    # The good certificate is bad, too, where nobody trusts its authority.
    authorities = "" if which == "certificates" else made.authority.read_text()
    with scripted(imap_over(made, security)) as server:
        with pytest.raises(CertificateRefused) as caught:
            open_imap(server.endpoint(security, authorities=authorities), LOGIN)
        assert b"LOGIN" not in server.heard
        assert caught.value.facts["reason"]


@SECURITIES
def test_unverified_any_certificate_will_do(security: Security, expired: Certificates) -> None:
    facts: list[str] = []
    with scripted(imap_over(expired, security)) as server:
        endpoint = Endpoint(
            "localhost", server.port, security, verify=False, loopback=True, limits=PATIENT
        )
        open_imap(endpoint, LOGIN, watch=lambda _, fact: facts.append(fact)).close()
    assert any(fact.startswith("TLSv1") for fact in facts)


def silent(peer: Peer) -> None:
    peer.connection.shutdown(2)


def chatty(peer: Peer) -> None:
    peer.say(b"* OK ready\r\n")
    peer.hang()


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param(silent, EncryptionFailed, id="the connection is cut"),
        pytest.param(chatty, EncryptionFailed, id="the port speaks without encryption"),
    ],
)
def test_no_handshake(script: Script, expected: type[Fault]) -> None:
    with scripted(script) as server, pytest.raises(expected):
        open_imap(server.endpoint(Security.IMPLICIT), LOGIN)


def test_authorities_that_cannot_be_read_are_a_fault() -> None:
    with scripted(chatty) as server, pytest.raises(EncryptionFailed):
        open_imap(server.endpoint(Security.IMPLICIT, authorities="no certificate"), LOGIN)
