"""Which word on what others see counts."""

import pytest

from passerelle.crm.models import Queue, SystemUser
from passerelle.crm.models.people import SharedLevel
from passerelle.crm.sharing import (
    Standing,
    Word,
    share_of_queue,
    share_of_user,
    share_own,
    share_usually,
    standing_of,
)

NONE, METADATA, SUBJECT, ALL = SharedLevel


@pytest.mark.parametrize(
    ("standing", "level", "word"),
    [
        pytest.param(Standing(SUBJECT, None), SUBJECT, Word.ORGANIZATION, id="nothing-else-said"),
        pytest.param(Standing(SUBJECT, ALL), ALL, Word.ADMINISTRATOR, id="wider-for-this-one"),
        pytest.param(Standing(SUBJECT, NONE), NONE, Word.ADMINISTRATOR, id="stricter-for-this-one"),
        pytest.param(Standing(SUBJECT, None, NONE), NONE, Word.OWN, id="the-own-is-stricter"),
        pytest.param(Standing(NONE, ALL, METADATA), METADATA, Word.OWN, id="also-than-a-wider-one"),
        pytest.param(
            Standing(METADATA, None, ALL), METADATA, Word.ORGANIZATION, id="the-own-never-widens"
        ),
        pytest.param(
            Standing(NONE, SUBJECT, SUBJECT), SUBJECT, Word.ADMINISTRATOR, id="the-same-twice"
        ),
    ],
)
def test_which_word_counts(standing: Standing, level: SharedLevel, word: Word) -> None:
    assert (standing.level, standing.word) == (level, word)


@pytest.mark.django_db
@pytest.mark.database
def test_of_records(anna: SystemUser, orders: Queue) -> None:
    share_usually(METADATA, "admin")
    share_of_user(anna, ALL, "admin")
    share_own(anna, SUBJECT, "anna")
    share_of_queue(orders, NONE, "admin")
    found = [standing_of(model.objects.get()) for model in (SystemUser, Queue)]
    assert found == [Standing(METADATA, ALL, SUBJECT), Standing(METADATA, NONE)]
