"""The words of the table: those of the questions, each answering itself."""

from tests.unit.router.made_up import NAMES

from passerelle.router.files.format import Question, QuestionKind, RouterFormat
from passerelle.router.files.values import AuthMode, Connection, Credential, Provider, ServerType
from passerelle.router.table.columns import EXAMPLE, HEADINGS, NAMING, NEEDED, OWN_WORDS
from passerelle.tables import fold


def test_no_word_of_the_table_is_asked_about() -> None:
    every = [
        Provider(
            Connection("incoming", kind.value, auth=auth.value, credential=way.value, ssl="no")
        )
        for kind in ServerType
        for auth in AuthMode
        for way in Credential
    ]
    assert not RouterFormat(NAMES, OWN_WORDS).questions(every)


def test_a_word_that_nobody_knows_is_asked_about() -> None:
    asked = RouterFormat(NAMES, OWN_WORDS).questions([Provider(Connection("incoming", "imap"))])
    assert asked == (Question(QuestionKind.SERVER_TYPE, "imap"),)


def test_headings_are_different_and_the_example_uses_them() -> None:
    spelled = [fold(name) for names in HEADINGS.values() for name in names]
    assert len(spelled) == len(set(spelled))
    assert all(row.keys() <= HEADINGS.keys() for row in EXAMPLE)
    assert HEADINGS.keys() >= NEEDED | NAMING
