"""SCRAM by the examples of its RFCs, and against servers that answer otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.faults import Secret
from passerelle.protocols.interfaces import Login
from passerelle.protocols.sasl import Scram, ServerSaidNo, coded
from passerelle.protocols.sasl.scram import FEWEST_ROUNDS, MOST_ROUNDS

LOGIN = Login("user", Secret("pencil"))
NONCE = "rOprNGfwEbeRWgbNEkqO"
SALT = b"W22ZaJ0SNY7soEsUEjb6gQ=="


def begun(login: Login = LOGIN) -> Scram:
    return Scram("SCRAM-SHA-256", login, nonce=NONCE)


@pytest.mark.parametrize(
    ("mechanism", "nonce", "challenge", "final", "signature"),
    [
        pytest.param(
            "SCRAM-SHA-1",
            "fyko+d2lbbFgONRv9qkxdawL",
            b"r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
            b"c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
            b"v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
            id="rfc-5802-section-5",
        ),
        pytest.param(
            "SCRAM-SHA-256",
            NONCE,
            b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=" + SALT + b",i=4096",
            b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            b"p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
            id="rfc-7677-section-3",
        ),
    ],
)
def test_the_examples_of_the_rfcs(
    mechanism: str, nonce: str, challenge: bytes, final: bytes, signature: bytes
) -> None:
    scram = Scram(mechanism, LOGIN, nonce=nonce)
    assert scram.first() == b"n,,n=user,r=" + nonce.encode()
    assert scram.answer(challenge) == final
    assert not scram.proven
    assert scram.answer(signature) == b""
    assert scram.proven


def test_each_exchange_has_a_nonce_of_its_own() -> None:
    assert Scram("SCRAM-SHA-1", LOGIN).first() != Scram("SCRAM-SHA-1", LOGIN).first()


def test_the_identity_to_act_as_stands_in_the_header() -> None:
    login = Login("master", Secret("x"), authorization="a=b,c@example.org")
    scram = begun(login)
    assert scram.first() == b"n,a=a=3Db=2Cc@example.org,n=master,r=" + NONCE.encode()
    final = scram.answer(b"r=" + NONCE.encode() + b"x,s=" + SALT + b",i=4096")
    assert final.startswith(b"c=" + coded(b"n,a=a=3Db=2Cc@example.org,") + b",r=")


def first_of_server(
    nonce: bytes = NONCE.encode() + b"more", salt: bytes = SALT, rounds: bytes = b"4096"
) -> bytes:
    return b"r=" + nonce + b",s=" + salt + b",i=" + rounds


@pytest.mark.parametrize(
    "challenge",
    [
        pytest.param(first_of_server(nonce=b"another"), id="not-an-answer-to-our-nonce"),
        pytest.param(first_of_server(nonce=NONCE.encode()), id="a-nonce-without-a-part-of-theirs"),
        pytest.param(first_of_server(nonce=NONCE.encode() + b"\n"), id="a-nonce-not-printable"),
        pytest.param(first_of_server(salt=b""), id="no-salt"),
        pytest.param(first_of_server(salt=b"%%%"), id="a-salt-that-is-no-base64"),
        pytest.param(first_of_server(rounds=b"%d" % (FEWEST_ROUNDS - 1)), id="too-few-rounds"),
        pytest.param(first_of_server(rounds=b"%d" % (MOST_ROUNDS + 1)), id="too-many-rounds"),
        pytest.param(first_of_server(rounds=b"9" * 3_000), id="rounds-beyond-any-number"),
        pytest.param(first_of_server(rounds=b"-1"), id="rounds-below-zero"),
        pytest.param(first_of_server(rounds=b""), id="no-rounds"),
        pytest.param(b"m=must," + first_of_server(), id="an-extension-that-must-be-known"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"v=" + SALT, id="the-signature-before-its-time"),
        pytest.param(first_of_server() + b",x=" + b"a" * 5_000, id="longer-than-any"),
    ],
)
def test_a_broken_first_answer_is_refused(challenge: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - no text of it is read
        begun().answer(challenge)


@pytest.mark.parametrize(
    "final",
    [
        pytest.param(b"v=" + coded(b"a" * 32), id="another-signature"),
        pytest.param(b"v=", id="no-signature"),
        pytest.param(b"v=???", id="no-base64"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_a_server_that_does_not_know_the_password_is_found_out(final: bytes) -> None:
    scram = begun()
    scram.answer(first_of_server())
    with pytest.raises(ValueError):  # noqa: PT011 - no text of it is read
        scram.answer(final)
    assert not scram.proven


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        pytest.param(b"e=invalid-proof", "invalid-proof", id="a-known-reason"),
        pytest.param(b"e=\x00\x1b[31m", "e", id="a-reason-that-is-none"),
    ],
)
def test_a_refusal_inside_the_mechanism(said: bytes, shown: str) -> None:
    scram = begun()
    scram.answer(first_of_server())
    with pytest.raises(ServerSaidNo) as caught:
        scram.answer(said)
    assert str(caught.value) == shown
    with pytest.raises(ServerSaidNo):
        begun().answer(said)


@given(st.binary(max_size=200))
def test_rubbish_ends_in_a_value_error_and_nothing_else(rubbish: bytes) -> None:
    scram = begun()
    for challenge in (rubbish, first_of_server(nonce=NONCE.encode() + rubbish)):
        try:
            scram.answer(challenge)
        except ValueError:
            continue
    assert not scram.proven
