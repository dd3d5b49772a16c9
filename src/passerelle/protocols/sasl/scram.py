"""SCRAM-SHA-256 and SCRAM-SHA-1 as a client, without channel binding (RFC 5802, RFC 7677).

The password never leaves; the server must prove that it knows it, too. A server that asks for too
few or too many rounds is refused: the first would make the proof cheap to guess from, the second
would keep our processor busy.
"""

import hashlib
import hmac
import re
import secrets

from passerelle.protocols.interfaces import Login
from passerelle.protocols.sasl.exchange import ServerSaidNo, coded, decoded
from passerelle.protocols.sasl.saslprep import saslprep

FEWEST_ROUNDS = 4_096  # RFC 7677, 4
MOST_ROUNDS = 2_000_000  # about a second of a core; three times what is advised in 2026
MOST_BYTES = 4_096  # of a message of the server
NONCE_BYTES = 18
_HASHES = {"SCRAM-SHA-1": "sha1", "SCRAM-SHA-256": "sha256"}
_NONCE = re.compile(rb"[\x21-\x2b\x2d-\x7e]+\Z")  # printable, no comma
_REASON = re.compile(rb"[A-Za-z0-9-]{1,60}")


class Scram:
    """One exchange of four messages. Raises `ValueError` where name or password cannot be said."""

    def __init__(self, mechanism: str, login: Login, *, nonce: str = "") -> None:
        self.mechanism = mechanism
        self.proven = False
        self._hash = _HASHES[mechanism]
        self._password = saslprep(login.password.reveal()).encode()
        nonce = nonce or secrets.token_urlsafe(NONCE_BYTES)
        self._nonce = nonce.encode("ascii")
        acting = f"a={_name(login.authorization)}" if login.authorization else ""
        self._header = f"n,{acting},".encode()
        self._bare = f"n={_name(login.username)},r={nonce}".encode()
        self._signature: bytes | None = None

    def first(self) -> bytes:
        """The client's first message."""
        return self._header + self._bare

    def answer(self, challenge: bytes) -> bytes:
        """The client's final message, then nothing when the server's signature is right."""
        if len(challenge) > MOST_BYTES:
            raise ValueError("a message of SCRAM that is too long")
        if self._signature is None:
            return self._final(challenge)
        self._verify(challenge)
        return b""

    def _final(self, challenge: bytes) -> bytes:
        fields = _fields(challenge, b"rsi")
        nonce, salt = fields[b"r"], decoded(fields[b"s"])
        rounds = int(fields[b"i"]) if fields[b"i"].isdigit() else 0
        ours = nonce.startswith(self._nonce) and len(nonce) > len(self._nonce)
        if not (ours and _NONCE.match(nonce)):
            raise ValueError("not an answer to our nonce")
        if not salt or not FEWEST_ROUNDS <= rounds <= MOST_ROUNDS:
            raise ValueError("no salt, or a number of rounds out of bounds")
        salted = hashlib.pbkdf2_hmac(self._hash, self._password, salt, rounds)
        client_key = self._mac(salted, b"Client Key")
        stored_key = hashlib.new(self._hash, client_key).digest()
        without_proof = b"c=" + coded(self._header) + b",r=" + nonce
        said = b",".join((self._bare, challenge, without_proof))
        proof = _xor(client_key, self._mac(stored_key, said))
        self._signature = self._mac(self._mac(salted, b"Server Key"), said)
        self._password = b""
        return without_proof + b",p=" + coded(proof)

    def _verify(self, challenge: bytes) -> None:
        if challenge.startswith(b"e="):
            reason = _REASON.match(challenge[2:])
            raise ServerSaidNo(reason[0].decode() if reason else "e")
        signature = decoded(_fields(challenge, b"v")[b"v"])
        assert self._signature is not None  # `answer` asked
        if not hmac.compare_digest(signature, self._signature):
            raise ValueError("the server's signature is wrong")
        self.proven = True

    def _mac(self, key: bytes, text: bytes) -> bytes:
        return hmac.new(key, text, self._hash).digest()


def _name(text: str) -> str:
    prepared = saslprep(text)
    if not prepared:
        raise ValueError("no name")
    return prepared.replace("=", "=3D").replace(",", "=2C")


def _fields(message: bytes, names: bytes) -> dict[bytes, bytes]:
    """The attributes that begin a message, in their order (RFC 5802, 7); extensions may follow.

    An extension in front, `m=`, is mandatory and unknown: the exchange must fail.
    """
    found: dict[bytes, bytes] = {}
    parts = message.split(b",")
    for place, name in enumerate(names):
        if place >= len(parts) or parts[place][:2] != bytes((name,)) + b"=":
            if parts[0].startswith(b"e="):
                reason = _REASON.match(parts[0][2:])
                raise ServerSaidNo(reason[0].decode() if reason else "e")
            raise ValueError("no message of SCRAM")
        found[bytes((name,))] = parts[place][2:]
    return found


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(left, right, strict=True))
