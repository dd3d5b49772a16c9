"""The POP3 front, judged by the standard library's client."""

import poplib
import socket
from collections.abc import Iterator

import pytest

from passerelle.demo.mail_world.pop3 import LINE_LIMIT, Pop3Server
from passerelle.demo.mail_world.post import Post
from passerelle.demo.staff import USERS
from passerelle.demo.world import HOST

PASSWORD = "made up for this test"
ADDRESS = USERS[0].address


@pytest.fixture
def server(post: Post) -> Iterator[Pop3Server]:
    made = Pop3Server(post, 0, PASSWORD)
    made.start()
    try:
        yield made
    finally:
        made.stop()


def signed_in(server: Pop3Server) -> poplib.POP3:
    client = poplib.POP3(HOST, server.port, timeout=20)
    try:
        client.user(ADDRESS)
        client.pass_(PASSWORD)
    except poplib.error_proto:
        client.close()
        raise
    return client


def test_mail_is_listed_and_read_as_it_lies(server: Pop3Server) -> None:
    key = server.post.maildir(ADDRESS).deliver(b"Subject: one\r\n\r\n.dot\r\n..\r\n.\r\nend\r\n")
    client = signed_in(server)
    size = len(b"Subject: one\r\n\r\n.dot\r\n..\r\n.\r\nend\r\n")
    assert client.stat() == (1, size)
    assert client.list()[1] == [f"1 {size}".encode()]
    assert client.uidl()[1] == [f"1 {key}".encode()]
    assert client.retr(1)[1] == [b"Subject: one", b"", b".dot", b"..", b".", b"end"]
    client.quit()


def test_top_gives_the_header_and_so_many_lines(server: Pop3Server) -> None:
    server.post.maildir(ADDRESS).deliver(b"Subject: one\r\n\r\na\r\nb\r\nc\r\n")
    client = signed_in(server)
    assert client.top(1, 0)[1] == [b"Subject: one", b""]
    assert client.top(1, 2)[1] == [b"Subject: one", b"", b"a", b"b"]
    client.quit()


def test_deletion_waits_for_quit(server: Pop3Server) -> None:
    maildir = server.post.maildir(ADDRESS)
    for text in (b"a", b"b"):
        maildir.deliver(text)
    client = signed_in(server)
    client.dele(1)
    assert client.stat()[0] == 1
    with pytest.raises(poplib.error_proto):
        client.retr(1)
    assert len(maildir.entries()) == 2
    client.quit()
    assert len(maildir.entries()) == 1


def test_without_quit_nothing_is_deleted(server: Pop3Server) -> None:
    maildir = server.post.maildir(ADDRESS)
    maildir.deliver(b"a")
    client = signed_in(server)
    client.dele(1)
    client.rset()
    assert client.stat()[0] == 1
    client.dele(1)
    client.close()
    assert len(maildir.entries()) == 1


def test_one_session_at_a_time(server: Pop3Server) -> None:
    first = signed_in(server)
    with pytest.raises(poplib.error_proto, match="IN-USE"):
        signed_in(server)
    first.quit()
    assert server.claim(ADDRESS)


@pytest.mark.parametrize(
    ("user", "password"),
    [
        pytest.param(ADDRESS, "wrong", id="wrong-password"),
        pytest.param("nobody@lumen.example", PASSWORD, id="unknown-user"),
        pytest.param("../mail", PASSWORD, id="a-path"),
        pytest.param("", PASSWORD, id="no-user"),
    ],
)
def test_strangers_are_refused(server: Pop3Server, user: str, password: str) -> None:
    client = poplib.POP3(HOST, server.port, timeout=20)
    client.user(user)
    with pytest.raises(poplib.error_proto, match="AUTH"):
        client.pass_(password)
    client.quit()


@pytest.mark.parametrize("command", ["RETR", "RETR 0", "RETR 2", "RETR x", "TOP 1", "DELE -1"])
def test_nonsense_is_answered_and_the_session_goes_on(server: Pop3Server, command: str) -> None:
    server.post.maildir(ADDRESS).deliver(b"a")
    client = signed_in(server)
    with pytest.raises(poplib.error_proto):
        client._shortcmd(command)  # type: ignore[attr-defined]
    assert client.stat()[0] == 1
    client.quit()


def test_capabilities_are_told_before_sign_in(server: Pop3Server) -> None:
    client = poplib.POP3(HOST, server.port, timeout=20)
    assert {"UIDL", "TOP", "USER"} <= client.capa().keys()
    with pytest.raises(poplib.error_proto):
        client.stat()
    client.quit()


def test_an_endless_line_ends_the_session(server: Pop3Server) -> None:
    with socket.create_connection((HOST, server.port), timeout=20) as wire:
        wire.sendall(b"x" * (LINE_LIMIT + 1))
        answered = b""
        while part := wire.recv(4096):
            answered += part
    assert b"-ERR line too long" in answered
