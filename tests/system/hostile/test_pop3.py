"""POP3 servers that misbehave: each ends in its fault, in bounded bytes and time."""

from collections.abc import Callable

import pytest
from tests.system.hostile.scripted import (
    IMPATIENT_OF_DRIPS,
    IMPATIENT_OF_SILENCE,
    PATIENT,
    Peer,
    Script,
    scripted,
)

from passerelle.faults import Fault, Secret
from passerelle.faults.mail.protocols import (
    AnswerNotUnderstood,
    AnswerTooLarge,
    CommandRefused,
    ConnectionLost,
    ConnectionTimedOut,
    EncryptionNotOffered,
    ExchangeTooSlow,
    LoginNotOffered,
    LoginPostponed,
    LoginRefused,
    PlaintextInjected,
    ServerBusy,
    UniqueIdsMissing,
)
from passerelle.protocols.interfaces import Cursor, Limits, Login, RawMessage, Security
from passerelle.protocols.pop3 import open_pop3

LOGIN = Login("anna", Secret("geheim"))
Answer = bytes | Callable[[Peer], None]

USUAL: dict[str, Answer] = {
    "GREETING": b"+OK ready\r\n",
    "CAPA": b"+OK\r\nUSER\r\nUIDL\r\nTOP\r\nPIPELINING\r\n.\r\n",
    "USER": b"+OK\r\n",
    "PASS": b"+OK\r\n",
    "UIDL": b"+OK\r\n1 one\r\n2 two\r\n.\r\n",
    "LIST": b"+OK\r\n1 7\r\n2 7\r\n.\r\n",
    "RETR": b"+OK\r\nhello\r\n.\r\n",
    "TOP": b"+OK\r\nA: b\r\n\r\n.\r\n",
    "QUIT": b"+OK\r\n",
}


def pop3(**changed: Answer) -> Script:
    """A server that answers as usual but for some commands."""
    answers = {**USUAL, **changed}

    def give(peer: Peer, name: str) -> None:
        answer = answers.get(name, b"-ERR what\r\n")
        if callable(answer):
            answer(peer)
        else:
            peer.say(answer)

    def script(peer: Peer) -> None:
        give(peer, "GREETING")
        while True:
            give(peer, peer.line().partition(" ")[0].upper())

    return script


def cut(peer: Peer) -> None:
    peer.say(b"+O")
    peer.connection.shutdown(2)


def hang(peer: Peer) -> None:
    peer.hang()


def drip(peer: Peer) -> None:
    peer.drip(b"+OK " + b"a" * 10_000)


def endless_line(peer: Peer) -> None:
    peer.flood(b"+OK" + b" a" * 30_000)


def endless_body(peer: Peer) -> None:
    peer.say(b"+OK\r\n")
    peer.flood(b"1 hello\r\n" * 10_000)


LIMITS: dict[Answer, Limits] = {hang: IMPATIENT_OF_SILENCE, drip: IMPATIENT_OF_DRIPS}


def read_all(script: Script, limits: Limits = PATIENT) -> list[RawMessage]:
    """What a cycle does: open, list, read."""
    with scripted(script) as server:
        source = open_pop3(server.endpoint(limits=limits), LOGIN)
        try:
            return list(source.read(source.list_new(Cursor(), None).items))
        finally:
            source.close()


def test_the_usual_server_is_read() -> None:
    assert [each.data for each in read_all(pop3())] == [b"hello\r\n", b"hello\r\n"]


@pytest.mark.parametrize("point", ["GREETING", "CAPA", "USER", "PASS", "UIDL", "LIST", "RETR"])
@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(cut, ConnectionLost, id="the connection is cut"),
        pytest.param(hang, ConnectionTimedOut, id="nothing comes"),
        pytest.param(drip, ExchangeTooSlow, id="one byte at a time"),
        pytest.param(endless_line, AnswerTooLarge, id="a line without end"),
        pytest.param(b"HTTP/1.1 400 Bad Request\r\n", AnswerNotUnderstood, id="another protocol"),
    ],
)
def test_at_each_point(point: str, answer: Answer, expected: type[Fault]) -> None:
    with pytest.raises(expected):
        read_all(pop3(**{point: answer}), LIMITS.get(answer, PATIENT))


@pytest.mark.parametrize("point", ["RETR", "LIST"])
def test_a_body_without_end_is_bounded(point: str) -> None:
    with pytest.raises(AnswerTooLarge):
        read_all(pop3(**{point: endless_body}))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(b"-ERR [AUTH] no\r\n", LoginRefused, id="AUTH"),
        pytest.param(b"-ERR no\r\n", LoginRefused, id="no reason"),
        pytest.param(b"-ERR [SYS/PERM] no\r\n", LoginRefused, id="SYS/PERM"),
        pytest.param(b"-ERR [IN-USE] locked\r\n", LoginPostponed, id="IN-USE"),
        pytest.param(b"-ERR [LOGIN-DELAY] wait\r\n", LoginPostponed, id="LOGIN-DELAY"),
        pytest.param(b"-ERR [SYS/TEMP] later\r\n", LoginPostponed, id="SYS/TEMP"),
    ],
)
@pytest.mark.parametrize("by", ["PASS", "AUTH"])
def test_a_refused_sign_in(by: str, answer: bytes, expected: type[Fault]) -> None:
    offers = b"+OK\r\nUSER\r\n.\r\n" if by == "PASS" else b"+OK\r\nSASL PLAIN\r\n.\r\n"
    with scripted(pop3(CAPA=offers, **{by: answer})) as server:
        with pytest.raises(expected) as caught:
            open_pop3(server.endpoint(), LOGIN)
        assert server.heard.count(by.encode()) == 1
        assert "geheim" not in f"{caught.value} {caught.value.facts}"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({"UIDL": b"-ERR what\r\n"}, UniqueIdsMissing, id="no UIDL"),
        pytest.param({"UIDL": b"-ERR [SYS/TEMP] later\r\n"}, ServerBusy, id="UIDL later"),
        pytest.param({"UIDL": b"+OK\r\n1\r\n.\r\n"}, AnswerNotUnderstood, id="UIDL without names"),
        pytest.param({"LIST": b"+OK\r\nx y\r\n.\r\n"}, AnswerNotUnderstood, id="LIST of letters"),
        pytest.param({"CAPA": b"+OK\r\nSASL GSSAPI\r\n.\r\n"}, LoginNotOffered, id="no way in"),
        pytest.param(
            {"RETR": b"-ERR oh\r\n", "TOP": b"-ERR oh\r\n"}, CommandRefused, id="nothing readable"
        ),
        pytest.param({"GREETING": b"-ERR [SYS/TEMP] later\r\n"}, ServerBusy, id="not now"),
    ],
)
def test_refusals(changed: dict[str, Answer], expected: type[Fault]) -> None:
    with pytest.raises(expected):
        read_all(pop3(**changed))


def test_one_bad_message_comes_by_its_headers() -> None:
    answers = iter([b"-ERR oh\r\n", b"+OK\r\nhello\r\n.\r\n"])
    got = read_all(pop3(RETR=lambda peer: peer.say(next(answers))))
    assert [(each.data, each.whole) for each in got] == [
        (b"A: b\r\n\r\n", False),
        (b"hello\r\n", True),
    ]


def test_without_capa_user_and_pass_are_tried() -> None:
    got = read_all(pop3(CAPA=b"-ERR what\r\n"))
    assert len(got) == 2


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        pytest.param(b".\r\n", b"", id="nothing"),
        pytest.param(b"\r\n.\r\n", b"\r\n", id="one empty line"),
        pytest.param(b"a\r\n.\r\n", b"a\r\n", id="one short line"),
        pytest.param(b"..\r\n...x\r\n.\r\n", b".\r\n..x\r\n", id="dots unstuffed"),
        pytest.param(b"a\n.\nb\r\n.\r\n", b"a\r\n.\r\nb\r\n", id="a dot between bare line feeds"),
    ],
)
def test_bodies(sent: bytes, expected: bytes) -> None:
    assert {each.data for each in read_all(pop3(RETR=b"+OK\r\n" + sent))} == {expected}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({}, EncryptionNotOffered, id="not offered"),
        pytest.param(
            {"CAPA": b"+OK\r\nSTLS\r\n.\r\n", "STLS": b"+OK go\r\n+OK\r\nUSER\r\n.\r\n"},
            PlaintextInjected,
            id="plaintext injected before the handshake",
        ),
    ],
)
def test_starttls(changed: dict[str, Answer], expected: type[Fault]) -> None:
    with scripted(pop3(**changed)) as server:
        with pytest.raises(expected):
            open_pop3(server.endpoint(Security.STARTTLS), LOGIN)
        assert b"geheim" not in server.heard
