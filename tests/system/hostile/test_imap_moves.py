"""IMAP servers that misbehave while messages are copied: refused, cut off, or silent."""

from collections.abc import Callable

import pytest
from tests.system.hostile.scripted import PATIENT, Peer, Script, scripted
from tests.system.hostile.test_imap import LOGIN, Answer, cut, imap

from passerelle.faults.mail.protocols import (
    CommandRefused,
    ConnectionLost,
    PlaceChanged,
    RemovalImpossible,
    ServerBusy,
)
from passerelle.protocols.imap import ImapSource, open_imap
from passerelle.protocols.interfaces import FolderEnd, Moves

UIDS = [1, 2, 3]
OLD = b"* CAPABILITY IMAP4rev1\r\n%T OK\r\n"


def asked(script: Script, ask: Callable[[ImapSource], object]) -> tuple[object, str]:
    """What a source of that server answers, and all that the server heard."""
    with scripted(script) as server:
        source = open_imap(server.endpoint(limits=PATIENT), LOGIN)
        try:
            return ask(source), server.heard.decode()
        finally:
            source.close()


def copied(answer: Answer, **more: Answer) -> tuple[object, str]:
    return asked(imap(UID_COPY=answer, **more), lambda source: source.copy(7, UIDS, "Filed"))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(b"COPYUID 9 1:3 11:13", {1, 2, 3}, id="all"),
        pytest.param(b"COPYUID 9 1,3 13,11", {1, 3}, id="one is gone"),
        pytest.param(b"COPYUID 9 3:1 11:13", {1, 2, 3}, id="backwards"),
        pytest.param(b"COPYUID 9 1:4 11:14", set(), id="of more than was asked"),
        pytest.param(b"COPYUID 9 1:3 11:12", set(), id="fewer copies"),
        pytest.param(b"COPYUID 9 1:4294967295 1:4294967295", set(), id="of everything"),
        pytest.param(b"COPYUID 9 1:* 11:13", set(), id="without an end"),
        pytest.param(b"COPYUID 9 1,,3 11,13", set(), id="with a hole"),
        pytest.param(b"COPYUID 9 1:3 " + b"1," * 5_000 + b"1", set(), id="endless"),
        pytest.param(b"COPYUID", set(), id="nothing"),
        pytest.param(b"APPENDUID 9 1", set(), id="of another command"),
    ],
)
def test_only_what_can_be_is_believed(code: bytes, expected: set[int]) -> None:
    told, _ = copied(b"%T OK [" + code + b"] done\r\n")
    assert told == expected


def test_a_server_that_tells_nothing_is_not_believed() -> None:
    assert copied(b"%T OK done\r\n")[0] == frozenset()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(b"%T NO [OVERQUOTA] full\r\n", CommandRefused, id="no room"),
        pytest.param(b"%T NO [UNAVAILABLE] later\r\n", ServerBusy, id="later"),
        pytest.param(b"%T NO [TRYCREATE] no such folder\r\n", CommandRefused, id="made in vain"),
        pytest.param(cut, ConnectionLost, id="cut off"),
    ],
)
def test_what_is_refused_is_a_fault(answer: Answer, expected: type[Exception]) -> None:
    with pytest.raises(expected):
        copied(answer, CREATE=b"%T OK\r\n")


def test_a_folder_that_lacks_is_made_once() -> None:
    answers = iter([b" NO [TRYCREATE] no\r\n", b" OK [COPYUID 9 1:3 1:3] done\r\n"])

    def answer(peer: Peer, tag: bytes) -> None:
        peer.say(tag + next(answers))

    told, heard = copied(answer, CREATE=b"%T OK\r\n")
    assert (told, heard.count("CREATE")) == ({1, 2, 3}, 1)


def test_a_folder_that_is_made_and_not_there_is_refused() -> None:
    script = imap(STATUS=b"%T NO [NONEXISTENT] no\r\n", CREATE=b"%T OK\r\n")
    with pytest.raises(CommandRefused):
        asked(script, lambda source: source.end_of("Filed"))


def test_nothing_is_asked_of_a_folder_with_another_meaning() -> None:
    def ask(source: ImapSource) -> None:
        for act in (source.copy, source.move):
            with pytest.raises(PlaceChanged):
                act(8, UIDS, "Filed")
        with pytest.raises(PlaceChanged):
            source.copies(8, UIDS, "Filed", FolderEnd(1, 1))

    _, heard = asked(imap(), ask)
    assert "COPY" not in heard


def test_without_uidplus_nothing_is_moved() -> None:
    def ask(source: ImapSource) -> Moves:
        with pytest.raises(RemovalImpossible) as refused:
            source.move(7, UIDS, "Filed")
        assert refused.value.facts["lacks"] == "MOVE, UIDPLUS"
        with pytest.raises(RemovalImpossible):
            source.remove(7, [])
        return source.moves

    moves, heard = asked(imap(CAPABILITY=OLD), ask)
    assert moves is Moves.NEVER
    assert "EXPUNGE" not in heard
    assert "STORE" not in heard
