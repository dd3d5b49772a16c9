"""Servers that cheat in SCRAM: no yes counts without a proof, and no password goes out."""

import base64
import re

import pytest
from tests.system.hostile.scripted import Peer, Script, scripted

from passerelle.faults import Fault, Secret
from passerelle.faults.mail.protocols import AnswerNotUnderstood, KeysRefused, ServerNotProven
from passerelle.protocols.imap import open_imap
from passerelle.protocols.interfaces import Login
from passerelle.protocols.pop3 import open_pop3
from passerelle.protocols.smtp import open_smtp

LOGIN = Login("anna", Secret("geheim"))
SALT = base64.b64encode(b"salt of the server")


def challenge(peer: Peer, said: str) -> bytes:
    """A first answer in order, to the nonce that the client said."""
    first = base64.b64decode(said).decode()
    nonce = re.search(r",r=([^,]+)", first)
    assert nonce
    assert "geheim" not in first
    return base64.b64encode(b"r=" + nonce[1].encode() + b"ours,s=" + SALT + b",i=4096")


def imap(*ends: bytes) -> Script:
    def script(peer: Peer) -> None:
        peer.say(b"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=SCRAM-SHA-256 AUTH=PLAIN] ready\r\n")
        peer.say(b"+ " + challenge(peer, peer.line().split(" ")[3]) + b"\r\n")
        peer.line()
        for end in ends:
            peer.say(end + b"\r\n")
            peer.line()

    return script


def pop3(*ends: bytes) -> Script:
    def script(peer: Peer) -> None:
        peer.say(b"+OK ready\r\n")
        peer.line()
        peer.say(b"+OK\r\nSASL SCRAM-SHA-256 PLAIN\r\nUIDL\r\n.\r\n")
        peer.line()
        peer.say(b"+ \r\n")
        peer.say(b"+ " + challenge(peer, peer.line()) + b"\r\n")
        peer.line()
        for end in ends:
            peer.say(end + b"\r\n")
            peer.line()

    return script


def smtp(*ends: bytes) -> Script:
    def script(peer: Peer) -> None:
        peer.say(b"220 ready\r\n")
        peer.line()
        peer.say(b"250-hello\r\n250 AUTH SCRAM-SHA-256 PLAIN\r\n")
        peer.say(b"334 " + challenge(peer, peer.line().split(" ")[2]) + b"\r\n")
        peer.line()
        for end in ends:
            peer.say(end + b"\r\n")
            peer.line()

    return script


WRONG = base64.b64encode(b"v=" + base64.b64encode(b"a" * 32))
SAID_NO = base64.b64encode(b"e=invalid-proof")


@pytest.mark.parametrize(
    ("script", "opened"),
    [
        pytest.param(imap, lambda endpoint: open_imap(endpoint, LOGIN), id="imap"),
        pytest.param(pop3, lambda endpoint: open_pop3(endpoint, LOGIN), id="pop3"),
        pytest.param(smtp, lambda endpoint: open_smtp(endpoint, LOGIN, hello="x"), id="smtp"),
    ],
)
@pytest.mark.parametrize(
    ("end", "expected"),
    [
        pytest.param({imap: b"P1 OK in", pop3: b"+OK in", smtp: b"235 in"}, ServerNotProven,
                     id="a-yes-without-a-signature"),
        pytest.param({imap: b"+ " + WRONG, pop3: b"+ " + WRONG, smtp: b"334 " + WRONG},
                     AnswerNotUnderstood, id="a-wrong-signature"),
        pytest.param({imap: b"+ ", pop3: b"+ ", smtp: b"334 "},
                     AnswerNotUnderstood, id="an-empty-signature"),
        pytest.param({imap: b"+ " + SAID_NO, pop3: b"+ " + SAID_NO, smtp: b"334 " + SAID_NO},
                     KeysRefused, id="a-no-inside-the-mechanism"),
        pytest.param({imap: b"P1 NO no", pop3: b"-ERR no", smtp: b"535 no"}, KeysRefused,
                     id="a-no"),
    ],
)  # fmt: skip
def test_a_cheat_is_found_out(
    script: object, opened: object, end: dict[object, bytes], expected: type[Fault]
) -> None:
    assert callable(script)
    assert callable(opened)
    with scripted(script(end[script])) as server:
        with pytest.raises(expected):
            opened(server.endpoint())
        assert b"geheim" not in server.heard
        assert base64.b64encode(b"\0anna\0geheim") not in server.heard
