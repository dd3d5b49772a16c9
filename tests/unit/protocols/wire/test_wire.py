"""One connection: bounded reads over a real pair of sockets."""

import socket
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.faults.mail.protocols import (
    AnswerTooLarge,
    ConnectionLost,
    ConnectionRefused,
    ConnectionTimedOut,
    ExchangeTooSlow,
    HostNotFound,
    PlaintextInjected,
)
from passerelle.protocols.interfaces import Endpoint, Limits, Security, unwatched
from passerelle.protocols.wire import Wire, open_wire

LIMITS = Limits(answer_seconds=10, exchange_seconds=10, line_bytes=1_000)


def endpoint(limits: Limits = LIMITS) -> Endpoint:
    return Endpoint("mail.example.org", 143, Security.NONE, limits=limits)


@pytest.fixture
def pair() -> Iterator[tuple[Wire, socket.socket]]:
    ours, theirs = socket.socketpair()
    wire = Wire(endpoint(), ours)
    yield wire, theirs
    wire.close()
    theirs.close()


def test_lines_and_counted_bytes_in_turns(pair: tuple[Wire, socket.socket]) -> None:
    wire, server = pair
    server.sendall(b"one\r\ntwo\nabc\0\r\nlast\r\n")
    assert wire.read_line() == b"one"
    assert wire.read_line() == b"two"
    assert wire.peek(2) == b"ab"
    assert wire.read_exactly(6) == b"abc\0\r\n"
    assert wire.read_line() == b"last"
    wire.write(b"answer")
    assert server.recv(100) == b"answer"
    assert (wire.bytes_in, wire.bytes_out) == (21, 6)


@given(
    pieces=st.lists(st.binary(min_size=1, max_size=30), min_size=1, max_size=8),
    body=st.lists(st.sampled_from([b"a", b"\r\n", b".", b"\n", b"\r"]), max_size=20).map(b"".join),
)
def test_a_mark_is_found_however_the_bytes_are_cut(pieces: list[bytes], body: bytes) -> None:
    whole = body.replace(b"\r\n.\r\n", b"") + b"\r\n.\r\n"
    end = whole.index(b"\r\n.\r\n") + 5
    ours, theirs = socket.socketpair()
    wire = Wire(endpoint(), ours)

    def serve() -> None:
        rest = whole + b"next\r\n"
        for piece in pieces:
            theirs.sendall(rest[: len(piece)])
            rest = rest[len(piece) :]
        theirs.sendall(rest)

    serving = threading.Thread(target=serve)
    serving.start()
    try:
        assert wire.read_until(b"\r\n.\r\n") == whole[:end]
        assert wire.read_exactly(len(whole) - end) == whole[end:]
        assert wire.read_line() == b"next"
    finally:
        serving.join()
        wire.close()
        theirs.close()


def test_more_than_the_buffer_arrives_whole(pair: tuple[Wire, socket.socket]) -> None:
    wire, server = pair
    data = bytes(range(256)) * 4_000
    sending = threading.Thread(target=server.sendall, args=(b"x\r\n" + data + b"y\r\n",))
    sending.start()
    assert wire.read_line() == b"x"
    assert wire.read_exactly(len(data)) == data
    assert wire.read_line() == b"y"
    sending.join()


def test_a_line_above_the_limit_is_refused(pair: tuple[Wire, socket.socket]) -> None:
    wire, server = pair
    server.sendall(b"a" * 1_001 + b"\r\n")
    with pytest.raises(AnswerTooLarge):
        wire.read_line()


def test_an_announced_length_above_the_limit_is_refused_unread(
    pair: tuple[Wire, socket.socket],
) -> None:
    wire, _ = pair
    wire.begin("FETCH", answer_bytes=100)
    with pytest.raises(AnswerTooLarge):
        wire.read_exactly(101)  # nothing was sent: reading would time out


def test_an_answer_of_many_lines_is_bounded(pair: tuple[Wire, socket.socket]) -> None:
    wire, server = pair
    server.sendall(b"12345678\r\n" * 20)
    wire.begin("LIST", answer_bytes=100)
    for _ in range(10):
        wire.read_line()
    with pytest.raises(AnswerTooLarge):
        wire.read_line()


def test_a_new_exchange_may_answer_anew(pair: tuple[Wire, socket.socket]) -> None:
    wire, server = pair
    server.sendall(b"12345678\r\n" * 2)
    for _ in range(2):
        wire.begin("NOOP", answer_bytes=10)
        assert wire.read_line() == b"12345678"


def test_a_closed_connection_is_lost(pair: tuple[Wire, socket.socket]) -> None:
    wire, server = pair
    server.close()
    with pytest.raises(ConnectionLost):
        wire.read_line()
    assert wire.broken


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (Limits(answer_seconds=0.01, exchange_seconds=10), ConnectionTimedOut),
        (Limits(answer_seconds=10, exchange_seconds=0.01), ExchangeTooSlow),
    ],
)
def test_silence(limits: Limits, expected: type[Exception]) -> None:
    ours, theirs = socket.socketpair()
    wire = Wire(endpoint(limits), ours)
    with theirs, pytest.raises(expected):
        wire.read_line()
    wire.close()


def test_speaks_says_whether_something_came_unasked(pair: tuple[Wire, socket.socket]) -> None:
    wire, server = pair
    assert not wire.speaks()
    server.sendall(b"421 closing\r\n")
    assert wire.speaks()
    assert wire.read_line() == b"421 closing"
    server.close()
    with pytest.raises(ConnectionLost):
        wire.speaks()


def test_bytes_before_the_handshake_are_an_attack(pair: tuple[Wire, socket.socket]) -> None:
    wire, server = pair
    server.sendall(b"OK go\r\nmore\r\n")
    wire.read_line()
    with pytest.raises(PlaintextInjected):
        wire.encrypt()


@pytest.mark.parametrize("host", ["nowhere.invalid", "a" * 300, "bad..name", "\udc80"])
def test_a_name_without_address(host: str) -> None:
    with pytest.raises(HostNotFound):
        open_wire(Endpoint(host, 143, Security.NONE), unwatched)


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ConnectionRefused):
        open_wire(Endpoint("127.0.0.1", port, Security.NONE, loopback=True), unwatched)
