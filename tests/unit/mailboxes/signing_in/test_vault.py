"""Passwords at rest."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.configuration import Keys
from passerelle.faults import Secret
from passerelle.faults.mailboxes import CredentialsUnreadable
from passerelle.mailboxes.signing_in.vault import decrypt, encrypt

OLD = Keys({"old": b"o" * 32})
NEW = Keys({"new": b"n" * 32, "old": b"o" * 32})
OWNER = uuid4()


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200))
def test_what_goes_in_comes_out(text: str) -> None:
    key_id, sealed = encrypt(Secret(text), OWNER, NEW)
    assert key_id == "new"
    assert decrypt(sealed, OWNER, key_id, NEW) == Secret(text)


def test_the_same_password_looks_different_each_time() -> None:
    assert encrypt(Secret("same"), OWNER, OLD)[1] != encrypt(Secret("same"), OWNER, OLD)[1]


def test_an_older_key_still_opens() -> None:
    key_id, sealed = encrypt(Secret("old password"), OWNER, OLD)
    assert decrypt(sealed, OWNER, key_id, NEW).reveal() == "old password"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda sealed: (sealed, uuid4(), "old"), id="copied-to-another-row"),
        pytest.param(lambda sealed: (sealed[:-1], OWNER, "old"), id="cut"),
        pytest.param(lambda sealed: (sealed[:0], OWNER, "old"), id="emptied"),
        pytest.param(lambda sealed: (sealed[:-1] + b"\0\1", OWNER, "old"), id="lengthened"),
        pytest.param(lambda sealed: (sealed, OWNER, "new"), id="another-key"),
        pytest.param(lambda sealed: (sealed, OWNER, "gone"), id="no-such-key"),
    ],
)
def test_a_changed_row_does_not_open(change: object) -> None:
    sealed, owner, key_id = change(encrypt(Secret("x" * 20), OWNER, OLD)[1])  # type: ignore[operator]
    with pytest.raises(CredentialsUnreadable) as caught:
        decrypt(sealed, owner, key_id, NEW, owner="Anna")
    assert caught.value.facts["owner"] == "Anna"
