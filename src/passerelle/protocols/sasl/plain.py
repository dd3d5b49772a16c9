"""PLAIN (RFC 4616): the password as it is, inside the encryption that the endpoint asks for."""

from passerelle.protocols.interfaces import Login


class Plain:
    """One message, with the identity to act as where it is another than the account's."""

    mechanism = "PLAIN"
    proven = True  # the mechanism lets the server prove nothing

    def __init__(self, login: Login) -> None:
        self._words = (login.authorization, login.username, login.password.reveal())
        if any("\0" in word for word in self._words):
            raise ValueError("NUL ends a word of PLAIN")

    def first(self) -> bytes:
        """authzid NUL authcid NUL password."""
        return "\0".join(self._words).encode("utf-8", "surrogateescape")

    def answer(self, challenge: bytes) -> bytes:
        """Nothing is asked after the first message."""
        del challenge
        raise ValueError("PLAIN has no challenge")
