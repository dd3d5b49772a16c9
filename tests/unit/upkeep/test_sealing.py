"""The key file under a passphrase."""

import pytest

from passerelle.faults import Secret
from passerelle.faults.upkeep import PassphraseShort, PassphraseWrong
from passerelle.upkeep.backup.sealing import seal, unseal

PHRASE = Secret("a long enough phrase")


def test_the_passphrase_opens_what_it_sealed() -> None:
    sealed = seal(b"the keys", PHRASE)
    assert b"the keys" not in sealed
    assert unseal(sealed, PHRASE, "a") == b"the keys"


def test_two_seals_of_the_same_differ() -> None:
    assert seal(b"the keys", PHRASE) != seal(b"the keys", PHRASE)


def test_another_passphrase_does_not() -> None:
    with pytest.raises(PassphraseWrong):
        unseal(seal(b"the keys", PHRASE), Secret("another long phrase"), "a")


@pytest.mark.parametrize("sealed", [b"", b"PSRKEYS1", b"x" * 100])
def test_what_is_no_seal_is_refused(sealed: bytes) -> None:
    with pytest.raises(PassphraseWrong):
        unseal(sealed, PHRASE, "a")


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(PassphraseShort):
        seal(b"the keys", Secret("short"))
