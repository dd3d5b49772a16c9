"""The strongest mechanism that both know, and what a password cannot say in it."""

import pytest

from passerelle.faults import Secret
from passerelle.protocols.interfaces import Login
from passerelle.protocols.sasl import strongest

ALL = ("LOGIN", "PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "CRAM-MD5")


@pytest.mark.parametrize(
    ("offered", "login", "expected"),
    [
        pytest.param(ALL, {}, "SCRAM-SHA-256", id="the-strongest-first"),
        pytest.param(("PLAIN", "SCRAM-SHA-1"), {}, "SCRAM-SHA-1", id="scram-before-plain"),
        pytest.param(ALL, {"only_plain": True}, "PLAIN", id="plain-where-the-profile-says-basic"),
        pytest.param(("SCRAM-SHA-1",), {"only_plain": True}, None, id="basic-is-never-scram"),
        pytest.param(("CRAM-MD5", "LOGIN"), {}, None, id="nothing-of-ours"),
        pytest.param(ALL, {"username": "a\u0007"}, "PLAIN", id="a-name-that-scram-cannot-say"),
        pytest.param(ALL, {"password": Secret("\ue000")}, "PLAIN", id="nor-such-a-password"),
        pytest.param(ALL, {"username": "a\0b"}, None, id="nul-would-make-another-identity"),
        pytest.param(ALL, {"username": ""}, "PLAIN", id="an-empty-name"),
    ],
)
def test_strongest(offered: tuple[str, ...], login: dict[str, object], expected: str) -> None:
    fields: dict[str, object] = {"username": "anna", "password": Secret("x"), **login}
    exchange = strongest(offered, Login(**fields))  # type: ignore[arg-type]
    assert (exchange.mechanism if exchange else None) == expected


@pytest.mark.parametrize(
    ("authorization", "first"),
    [
        pytest.param("", b"\0anna\0x", id="for-oneself"),
        pytest.param("bert@example.org", b"bert@example.org\0anna\0x", id="for-somebody-else"),
    ],
)
def test_plain_names_the_identity_to_act_as(authorization: str, first: bytes) -> None:
    exchange = strongest(("PLAIN",), Login("anna", Secret("x"), authorization))
    assert exchange is not None
    assert (exchange.first(), exchange.proven) == (first, True)
    with pytest.raises(ValueError, match="no challenge"):
        exchange.answer(b"")
