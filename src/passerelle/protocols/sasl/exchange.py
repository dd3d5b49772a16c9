"""One sign-in as the client sees it, whatever protocol carries it (RFC 4422, 3). Pure."""

import base64
import binascii
from typing import Protocol

from passerelle.faults.mail.protocols import KeysRefused, LoginRefused, ServerNotProven
from passerelle.protocols.interfaces import Login


class ServerSaidNo(ValueError):
    """The server refused inside the mechanism; its text is the server's word for why."""


class Exchange(Protocol):
    """What is said first, and the answer to each challenge. Used once."""

    @property
    def mechanism(self) -> str:
        """Its registered name."""

    @property
    def proven(self) -> bool:
        """Whether the server has proved all that the mechanism lets it prove."""

    def first(self) -> bytes:
        """The initial response."""

    def answer(self, challenge: bytes) -> bytes:
        """The answer to a challenge. Raises `ServerSaidNo`, and `ValueError` on a broken one."""


def answer_to(exchange: Exchange, line: bytes) -> bytes:
    """The answer to a challenge, both as they stand on the wire. Raises what `answer` raises."""
    return coded(exchange.answer(decoded(line)))


def coded(words: bytes) -> bytes:
    """Base64, as all three protocols carry it."""
    return base64.b64encode(words)


def decoded(line: bytes) -> bytes:
    """The bytes of a challenge. Raises `ValueError`."""
    try:
        return base64.b64decode(line.strip(), validate=True)
    except binascii.Error as error:
        raise ValueError("no base64") from error


def refused(exchange: Exchange, login: Login, *, host: str, answer: str) -> LoginRefused:
    """The fault of a final no: where no password was sent it may be another than a wrong one."""
    if exchange.mechanism == "PLAIN":
        return LoginRefused(host=host, account=login.username, answer=answer)
    return KeysRefused(
        host=host, account=login.username, answer=answer, mechanism=exchange.mechanism
    )


def check_proven(exchange: Exchange, login: Login, *, host: str) -> None:
    """A yes counts only from a server that proved itself. Raises `ServerNotProven`."""
    if not exchange.proven:
        raise ServerNotProven(host=host, account=login.username, mechanism=exchange.mechanism)
