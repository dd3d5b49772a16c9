"""A POP3 server (RFC 1939, 2449) over the demonstration's Maildirs, as no package offers one.

One session a mailbox at a time, as RFC 1939 wants; what is deleted goes at QUIT only. It is for
loopback: there is no TLS, and one password opens every mailbox.
"""

import secrets
import socketserver
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from passerelle.demo.mail_world.maildir import Entry, Maildir
from passerelle.demo.mail_world.post import Post
from passerelle.demo.staff import our_addresses
from passerelle.demo.world import HOST

LINE_LIMIT = 512  # octets of a command, with its end (RFC 2449, 4)
IDLE_SECONDS = 600.0  # RFC 1939, 3
CAPABILITIES = ("USER", "UIDL", "TOP", "RESP-CODES", "AUTH-RESP-CODE", "PIPELINING", "EXPIRE NEVER")


class Pop3Server(socketserver.ThreadingTCPServer):
    """The server in threads of its own: `start`, `stop`."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False  # a client that stays is not waited for

    def __init__(self, post: Post, port: int, password: str) -> None:
        self.post = post
        self.password = password.encode()
        self.open_mailboxes: set[str] = set()
        self.guard = threading.Lock()
        super().__init__((HOST, port), _Connection)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.2,), name="pop3")

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()

    def claim(self, address: str) -> bool:
        """Take the mailbox for one session; False while another one has it."""
        with self.guard:
            if address in self.open_mailboxes:
                return False
            self.open_mailboxes.add(address)
            return True

    def release(self, address: str) -> None:
        with self.guard:
            self.open_mailboxes.discard(address)


class Refused(Exception):
    """The command is answered with -ERR and these words; the session goes on."""


@dataclass(slots=True)
class Session:
    """What one connection knows: who signed in, the listing of that moment, what was deleted."""

    user: str = ""
    maildir: Maildir | None = None
    entries: list[Entry] = field(default_factory=list)
    deleted: set[int] = field(default_factory=set)

    def present(self) -> list[tuple[int, Entry]]:
        numbered = enumerate(self.entries, start=1)
        return [(number, entry) for number, entry in numbered if number not in self.deleted]

    def number(self, word: str) -> int:
        """The message that the word names. Raises `Refused`."""
        number = int(word) if word.isdecimal() and len(word) < 10 else 0  # noqa: PLR2004
        if not 0 < number <= len(self.entries) or number in self.deleted:
            raise Refused("no such message")
        return number

    def content(self, number: int) -> bytes:
        assert self.maildir is not None
        content = self.maildir.read(self.entries[number - 1].key)
        if content is None:
            raise Refused("the message is gone")
        return content


class _Connection(socketserver.StreamRequestHandler):
    server: Pop3Server
    timeout = IDLE_SECONDS

    def handle(self) -> None:
        session = Session()
        try:
            self._say("+OK Passerelle demonstration")
            while (line := self.rfile.readline(LINE_LIMIT + 1)) and self._one(session, line):
                pass
        except OSError:
            pass  # the client went away or fell silent: without QUIT nothing is deleted
        finally:
            if session.maildir is not None:
                self.server.release(session.user)

    def _one(self, session: Session, line: bytes) -> bool:
        """Answer one command; False when the session ends."""
        if len(line) > LINE_LIMIT:
            self._say("-ERR line too long")
            return False
        word, *rest = line.decode("utf-8", "replace").strip("\r\n").split(" ")
        name = word.upper()
        try:
            if name in _BEFORE and (session.maildir is None or name in _ALWAYS):
                self._say(*_BEFORE[name](self.server, session, rest))
            elif name in _AFTER and session.maildir is not None:
                self._say(*_AFTER[name](session, rest))
            else:
                self._say("-ERR not now, or not known")
        except Refused as refusal:
            self._say(f"-ERR {refusal}")
        return name != "QUIT"

    def _say(self, line: str, body: Iterable[bytes] | None = None) -> None:
        self.wfile.write(f"{line}\r\n".encode())
        if body is not None:
            self.wfile.write(b"".join(_stuffed(text) for text in body) + b".\r\n")


Answer = tuple[str] | tuple[str, Iterable[bytes]]


def _capa(_server: Pop3Server, _session: Session, _rest: list[str]) -> Answer:
    return "+OK", [name.encode() for name in CAPABILITIES]


def _user(_server: Pop3Server, session: Session, rest: list[str]) -> Answer:
    session.user = " ".join(rest).lower()
    return ("+OK",)


def _pass(server: Pop3Server, session: Session, rest: list[str]) -> Answer:
    right = secrets.compare_digest(" ".join(rest).encode(), server.password)
    if session.user not in our_addresses() or not right:
        raise Refused("[AUTH] wrong user name or password")  # RFC 3206
    if not server.claim(session.user):
        raise Refused("[IN-USE] another session has this mailbox open")
    session.maildir = server.post.maildir(session.user)
    session.entries = session.maildir.entries()
    return (f"+OK {len(session.entries)} messages",)


def _quit(server: Pop3Server, session: Session, _rest: list[str]) -> Answer:
    if session.maildir is not None:
        for number in session.deleted:
            session.maildir.remove(session.entries[number - 1].key)
        # Before the answer: the client may sign in again as soon as it has read it.
        server.release(session.user)
        session.maildir = None
    return ("+OK",)


def _stat(session: Session, _rest: list[str]) -> Answer:
    present = session.present()
    return (f"+OK {len(present)} {sum(entry.size for _, entry in present)}",)


def _list(session: Session, rest: list[str]) -> Answer:
    return _listing(session, rest, lambda entry: str(entry.size))


def _uidl(session: Session, rest: list[str]) -> Answer:
    return _listing(session, rest, lambda entry: entry.key)


def _listing(session: Session, rest: list[str], shown: Callable[[Entry], str]) -> Answer:
    if rest:
        number = session.number(rest[0])
        return (f"+OK {number} {shown(session.entries[number - 1])}",)
    return "+OK", [f"{number} {shown(entry)}".encode() for number, entry in session.present()]


def _retr(session: Session, rest: list[str]) -> Answer:
    content = session.content(session.number(rest[0] if rest else ""))
    return f"+OK {len(content)} octets", _lines(content)


def _top(session: Session, rest: list[str]) -> Answer:
    if len(rest) != 2 or not rest[1].isdecimal():  # noqa: PLR2004
        raise Refused("TOP takes a message and a number of lines")
    content = session.content(session.number(rest[0]))
    head, _, body = content.partition(b"\r\n\r\n")
    return "+OK", [*_lines(head), b"", *_lines(body)[: int(rest[1][:9])]]


def _dele(session: Session, rest: list[str]) -> Answer:
    session.deleted.add(session.number(rest[0] if rest else ""))
    return ("+OK",)


def _rset(session: Session, _rest: list[str]) -> Answer:
    session.deleted.clear()
    return ("+OK",)


def _noop(_session: Session, _rest: list[str]) -> Answer:
    return ("+OK",)


def _lines(content: bytes) -> list[bytes]:
    return content.removesuffix(b"\r\n").split(b"\r\n")


def _stuffed(line: bytes) -> bytes:
    return b"." * line.startswith(b".") + line + b"\r\n"


_ALWAYS = {"CAPA", "QUIT"}
_BEFORE: dict[str, Callable[[Pop3Server, Session, list[str]], Answer]] = {
    "CAPA": _capa,
    "USER": _user,
    "PASS": _pass,
    "QUIT": _quit,
}
_AFTER: dict[str, Callable[[Session, list[str]], Answer]] = {
    "STAT": _stat,
    "LIST": _list,
    "UIDL": _uidl,
    "RETR": _retr,
    "TOP": _top,
    "DELE": _dele,
    "RSET": _rset,
    "NOOP": _noop,
}
