"""IMAP servers that misbehave: each ends in its fault, in bounded bytes and time."""

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
    EncryptionFailed,
    EncryptionNotOffered,
    ExchangeTooSlow,
    FolderMissing,
    LoginNotOffered,
    LoginPostponed,
    LoginRefused,
    PlaceChanged,
    PlaintextInjected,
    ServerBusy,
)
from passerelle.protocols.imap import open_imap
from passerelle.protocols.imap.connecting.session import Session
from passerelle.protocols.imap.fetch import Fetching
from passerelle.protocols.imap.folder import Folder
from passerelle.protocols.interfaces import (
    Cursor,
    Limits,
    Listed,
    Login,
    RawMessage,
    Security,
    unwatched,
)
from passerelle.protocols.wire import Budget, open_wire
from passerelle.protocols.wire.budget import LARGE_BYTES

LOGIN = Login("anna", Secret("geheim"))
Answer = bytes | Callable[[Peer, bytes], None]

USUAL: dict[str, Answer] = {
    "GREETING": b"* OK ready\r\n",
    "CAPABILITY": b"* CAPABILITY IMAP4rev1 UIDPLUS\r\n%T OK\r\n",
    "LOGIN": b"%T OK\r\n",
    "EXAMINE": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7]\r\n* OK [UIDNEXT 2]\r\n%T OK [READ-ONLY]\r\n",
    "SELECT": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7]\r\n* OK [UIDNEXT 2]\r\n%T OK [READ-WRITE]\r\n",
    "FETCH": (
        b'* 1 FETCH (UID 1 INTERNALDATE "17-Jul-2025 02:44:25 +0000" RFC822.SIZE 5)\r\n%T OK\r\n'
    ),
    "UID FETCH": b"* 1 FETCH (UID 1 BODY[] {5}\r\nhello)\r\n%T OK\r\n",
    "LOGOUT": b"* BYE\r\n%T OK\r\n",
}


def imap(**changed: Answer) -> Script:
    """A server that answers as usual but for some commands; `_` stands for a space."""
    answers = {**USUAL, **{name.replace("_", " "): each for name, each in changed.items()}}

    def give(peer: Peer, name: str, tag: bytes) -> None:
        answer = answers[name]
        if callable(answer):
            answer(peer, tag)
        else:
            peer.say(answer.replace(b"%T", tag))

    def script(peer: Peer) -> None:
        give(peer, "GREETING", b"*")
        while True:
            tag, command, *rest = peer.line().split(" ")
            name = f"UID {rest[0]}" if command == "UID" else command
            if name == "UID FETCH" and "HEADER]" in " ".join(rest) and "HEADERS" in answers:
                name = "HEADERS"
            give(peer, name, tag.encode())

    return script


def cut(peer: Peer, tag: bytes) -> None:
    """Close the connection amid the answer."""
    peer.say(b"* 1 EXI")
    peer.connection.shutdown(2)


def hang(peer: Peer, tag: bytes) -> None:
    peer.hang()


def drip(peer: Peer, tag: bytes) -> None:
    peer.drip(b"* OK " + b"a" * 10_000)


def endless_line(peer: Peer, tag: bytes) -> None:
    peer.flood(b"* OK" + b" a" * 30_000)


def endless_lines(peer: Peer, tag: bytes) -> None:
    peer.flood((b"* OK " + b"a" * 15_000 + b"\r\n") * 10)


def read_all(script: Script, limits: Limits = PATIENT) -> list[RawMessage]:
    """What a cycle does: open, list, read."""
    with scripted(script) as server:
        source = open_imap(server.endpoint(limits=limits), LOGIN)
        try:
            return list(source.read(source.list_new(Cursor(), None).items))
        finally:
            source.close()


LIMITS: dict[Answer, Limits] = {hang: IMPATIENT_OF_SILENCE, drip: IMPATIENT_OF_DRIPS}
POINTS = ["GREETING", "CAPABILITY", "LOGIN", "EXAMINE", "FETCH", "UID_FETCH"]


def test_the_usual_server_is_read() -> None:
    (got,) = read_all(imap())
    assert (got.data, got.whole, got.listed.size) == (b"hello", True, 5)


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(cut, ConnectionLost, id="the connection is cut"),
        pytest.param(hang, ConnectionTimedOut, id="nothing comes"),
        pytest.param(drip, ExchangeTooSlow, id="one byte at a time"),
        pytest.param(endless_line, AnswerTooLarge, id="a line without end"),
        pytest.param(b"* BYE going down\r\n", ServerBusy, id="BYE"),
        pytest.param(b"HTTP/1.1 400 Bad Request\r\n", AnswerNotUnderstood, id="another protocol"),
        pytest.param(b"\0\xff\xfe\r\n", AnswerNotUnderstood, id="rubbish"),
    ],
)
def test_at_each_point(point: str, answer: Answer, expected: type[Fault]) -> None:
    with pytest.raises(expected):
        read_all(imap(**{point: answer}), LIMITS.get(answer, PATIENT))


@pytest.mark.parametrize("point", ["CAPABILITY", "EXAMINE"])
def test_answers_without_end_are_bounded(point: str) -> None:
    with pytest.raises(AnswerTooLarge):
        read_all(imap(**{point: endless_lines}))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(b"%T NO [AUTHENTICATIONFAILED] no\r\n", LoginRefused, id="wrong password"),
        pytest.param(b"%T NO [AUTHORIZATIONFAILED] no\r\n", LoginRefused, id="not allowed"),
        pytest.param(b"%T NO [EXPIRED] no\r\n", LoginRefused, id="expired"),
        pytest.param(b"%T NO no\r\n", LoginRefused, id="no reason"),
        pytest.param(b"%T NO [UNAVAILABLE] later\r\n", LoginPostponed, id="unavailable"),
        pytest.param(b"%T NO [INUSE] later\r\n", LoginPostponed, id="in use"),
        pytest.param(b"%T NO [LIMIT] too many\r\n", LoginPostponed, id="too many connections"),
        pytest.param(b"%T NO [SERVERBUG] oh\r\n", LoginPostponed, id="a bug of the server"),
        pytest.param(b"%T BAD what\r\n", AnswerNotUnderstood, id="BAD"),
    ],
)
def test_a_refused_sign_in(answer: bytes, expected: type[Fault]) -> None:
    with scripted(imap(LOGIN=answer)) as server:
        with pytest.raises(expected) as caught:
            open_imap(server.endpoint(), LOGIN)
        assert server.heard.count(b"LOGIN") == 1
        assert "geheim" not in f"{caught.value} {caught.value.facts}"


def test_a_forbidden_login_keeps_the_password() -> None:
    offers = b"* CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=GSSAPI\r\n%T OK\r\n"
    with scripted(imap(CAPABILITY=offers)) as server:
        with pytest.raises(LoginNotOffered):
            open_imap(server.endpoint(), LOGIN)
        assert b"geheim" not in server.heard


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({}, EncryptionNotOffered, id="not offered"),
        pytest.param({"GREETING": b"* PREAUTH hi\r\n"}, EncryptionFailed, id="signed in already"),
        pytest.param(
            {
                "CAPABILITY": b"* CAPABILITY IMAP4rev1 STARTTLS\r\n%T OK\r\n",
                "STARTTLS": b"%T OK go\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n",
            },
            PlaintextInjected,
            id="plaintext injected before the handshake",
        ),
        pytest.param(
            {
                "CAPABILITY": b"* CAPABILITY IMAP4rev1 STARTTLS\r\n%T OK\r\n",
                "STARTTLS": lambda peer, tag: (
                    peer.say(tag + b" OK go\r\n"),
                    peer.connection.recv(5),
                    peer.say(b"no TLS here\r\n"),
                    peer.hang(),
                ),
            },
            EncryptionFailed,
            id="no TLS after STARTTLS",
        ),
    ],
)
def test_starttls(changed: dict[str, Answer], expected: type[Fault]) -> None:
    with scripted(imap(**changed)) as server:
        with pytest.raises(expected):
            open_imap(server.endpoint(Security.STARTTLS), LOGIN)
        assert b"geheim" not in server.heard


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(b"%T NO no such folder\r\n", FolderMissing, id="no folder"),
        pytest.param(b"%T NO [UNAVAILABLE] later\r\n", ServerBusy, id="unavailable"),
        pytest.param(b"%T BAD what\r\n", CommandRefused, id="BAD"),
        pytest.param(b"* 1 EXISTS\r\n%T OK\r\n", AnswerNotUnderstood, id="no UIDVALIDITY"),
        pytest.param(
            b"* OK [UIDVALIDITY 4294967296]\r\n%T OK\r\n", AnswerNotUnderstood, id="too large"
        ),
        pytest.param(
            b"* 4294967295 EXISTS\r\n* OK [UIDVALIDITY 7]\r\n%T OK\r\n",
            AnswerNotUnderstood,
            id="four billion messages",
        ),
    ],
)
def test_a_folder_that_cannot_be_read(answer: bytes, expected: type[Fault]) -> None:
    with pytest.raises(expected):
        read_all(imap(EXAMINE=answer))


def test_removals_amid_the_listing_are_not_listed_forever() -> None:
    with pytest.raises(CommandRefused):
        read_all(imap(FETCH=b"* 1 EXPUNGE\r\n%T OK\r\n"))


@pytest.mark.parametrize(
    "announced", [b"{4294967296}", b"{99999999999999999999}", b"~{4294967296}"]
)
def test_a_literal_of_gigabytes_is_refused_unread(announced: bytes) -> None:
    script = imap(UID_FETCH=b"* 1 FETCH (UID 1 BODY[] " + announced + b"\r\nhello")
    with pytest.raises(AnswerTooLarge):
        read_all(script)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(
            b"* 1 FETCH (UID 9 BODY[] {5}\r\nwrong)\r\n* 1 FETCH (UID 1 BODY[] {5}\r\nhello)\r\n"
            b"%T OK\r\n",
            [(b"hello", True)],
            id="a UID that was not asked for",
        ),
        pytest.param(b"%T OK\r\n", [], id="gone"),
        pytest.param(b"%T NO [EXPUNGEISSUED] gone\r\n", [], id="gone, as Dovecot says it"),
        pytest.param(b"* 1 FETCH (UID 1 BODY[] NIL)\r\n%T OK\r\n", [(b"", False)], id="NIL"),
        pytest.param(
            b'* 1 FETCH (UID 1 BODY[] "hel\\"o")\r\n%T OK\r\n', [(b'hel"o', True)], id="quoted"
        ),
        pytest.param(
            b"* 1 FETCH (UID 1 BODY[] ~{5}\r\nhello)\r\n%T OK\r\n",
            [(b"hello", True)],
            id="literal8",
        ),
        pytest.param(
            b"* 1 FETCH (FLAGS (\\Seen $X) UID 1 BODY[] {5}\r\nhello MODSEQ (12))\r\n%T OK\r\n",
            [(b"hello", True)],
            id="more attributes than asked for",
        ),
        pytest.param(
            b"* 23 EXISTS\r\n* 3 EXPUNGE\r\n* FLAGS (\\Seen)\r\n* OK [ALERT] look {3}\r\n"
            b"* NO warning\r\n* X-NEW (a {3}\r\n))) b\r\n* 5 FETCH (FLAGS ())\r\n"
            b"* 1 FETCH (UID 1 BODY[] {5}\r\nhello)\r\n* 0 RECENT\r\n%T OK\r\n",
            [(b"hello", True)],
            id="unsolicited responses everywhere",
        ),
    ],
)
def test_odd_answers_to_fetch(answer: bytes, expected: list[tuple[bytes, bool]]) -> None:
    got = read_all(imap(UID_FETCH=answer))
    assert [(each.data, each.whole) for each in got] == expected


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"* 1 FETCH (UID 1 BODY[] {5}\r\nhello\r\n%T OK\r\n", id="list not closed"),
        pytest.param(b"* 1 FETCH (UID x BODY[] {5}\r\nhello)\r\n", id="a UID of letters"),
        pytest.param(b"* 1 FETCH " + b"(" * 50 + b"\r\n", id="nested fifty deep"),
        pytest.param(b"P999 OK\r\n", id="a tag that we never gave"),
        pytest.param(b"+ go on\r\n", id="a continuation that nobody waits for"),
    ],
)
def test_broken_answers_to_fetch(answer: bytes) -> None:
    with pytest.raises(AnswerNotUnderstood):
        read_all(imap(UID_FETCH=answer))


def test_a_folder_rebuilt_amid_reading_is_another_place() -> None:
    rebuilt = b"* OK [UIDVALIDITY 8] new\r\n* 1 FETCH (UID 1 BODY[] {5}\r\nwrong)\r\n%T OK\r\n"
    with pytest.raises(PlaceChanged):
        read_all(imap(UID_FETCH=rebuilt))


def test_a_folder_rebuilt_between_listing_and_reading_is_another_place() -> None:
    opened = iter([b"7", b"8"])

    def examine(peer: Peer, tag: bytes) -> None:
        peer.say(b"* 1 EXISTS\r\n* OK [UIDVALIDITY " + next(opened) + b"]\r\n" + tag + b" OK\r\n")

    with scripted(imap(EXAMINE=examine, UID_SEARCH=b"* SEARCH\r\n%T OK\r\n")) as server:
        source = open_imap(server.endpoint(), LOGIN)
        items = source.list_new(Cursor(), None).items
        assert not source.find("<x@example.com>")
        with pytest.raises(PlaceChanged):
            list(source.read(items))
        source.close()


def test_one_message_that_the_server_cannot_read_comes_by_its_headers() -> None:
    script = imap(
        UID_FETCH=b"%T NO [SERVERBUG] Internal error\r\n",
        HEADERS=b"* 1 FETCH (UID 1 BODY[HEADER] {3}\r\nA:b)\r\n%T OK\r\n",
    )
    assert [(each.data, each.whole) for each in read_all(script)] == [(b"A:b", False)]


def test_when_not_even_headers_can_be_read_the_mailbox_waits() -> None:
    with pytest.raises(CommandRefused):
        read_all(imap(UID_FETCH=b"%T NO oh\r\n", HEADERS=b"%T NO oh\r\n"))


def test_bodies_larger_than_announced_are_bounded() -> None:
    lie = b"* 1 FETCH (UID 1 BODY[] {9000000}\r\n"
    with pytest.raises(AnswerTooLarge):
        read_all(imap(UID_FETCH=lie))


def test_without_uidplus_nothing_is_removed() -> None:
    script = imap(
        CAPABILITY=b"* CAPABILITY IMAP4rev1\r\n%T OK\r\n",
        UID_SEARCH=b"* SEARCH 1\r\n%T OK\r\n",
        UID_FETCH=(
            b"* 1 FETCH (UID 1 BODY[HEADER.FIELDS (MESSAGE-ID)] {19}\r\nMessage-ID: <x@y>\r\n)\r\n"
            b"%T OK\r\n"
        ),
    )
    with scripted(script) as server:
        source = open_imap(server.endpoint(), LOGIN)
        assert not source.find_and_remove("<x@y>")
        source.close()
        assert b"STORE" not in server.heard
        assert b"EXPUNGE" not in server.heard


def test_a_large_message_without_budget_comes_by_its_headers() -> None:
    script = imap(HEADERS=b"* 1 FETCH (UID 1 BODY[HEADER] {3}\r\nA:b)\r\n%T OK\r\n")
    with scripted(script) as server:
        wire = open_wire(server.endpoint(), unwatched)
        session = Session(wire)
        session.read()
        item = Listed(1, "", LARGE_BYTES + 1, None)
        reading = Fetching(session, Folder("INBOX", 7, 2, 1), Budget(LARGE_BYTES)).read([item])
        assert [(each.data, each.whole) for each in reading] == [(b"A:b", False)]
        wire.close()


def test_a_large_message_gives_its_budget_back() -> None:
    budget = Budget(LARGE_BYTES + 1)
    with scripted(imap()) as server:
        wire = open_wire(server.endpoint(), unwatched)
        session = Session(wire)
        session.read()
        item = Listed(1, "", LARGE_BYTES + 1, None)
        for got in Fetching(session, Folder("INBOX", 7, 2, 1), budget).read([item]):
            assert (got.whole, budget.free) == (True, 0)
        assert budget.free == LARGE_BYTES + 1
        wire.close()
