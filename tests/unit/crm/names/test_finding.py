"""Accounts, contacts and leads by words of their names and addresses, on both databases."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from tests.stored_rows import MadeOnce

from passerelle.crm.models import Account, Contact, Lead
from passerelle.crm.names import finding, first_named, renew_all_words
from passerelle.crm.services import create_account, create_contact, create_lead

pytestmark = [pytest.mark.django_db, pytest.mark.database]

ADDRESS = "helene.du-pont@Werke.example"
NAMES = ("fullname", "pk")


def make_records() -> None:
    create_contact(
        "Hélène",
        "Dupont-Lefèvre",
        email_address1=ADDRESS,
        email_address3="x_y+crm@old.example",
    )
    create_contact("Œdipe", "O’Neill")
    create_contact("李", "明")
    create_contact("", "W" * 50)
    create_contact("", "\U0001e922\U0001e923")  # Adlam, in Unicode since 9.0
    create_account("Dupont & Fils", email_address1="info@dupont.example")
    create_lead("Jean", "Martin", company_name="Straßenbau Müller", email_address1="j@m.example")


MADE_ONCE = MadeOnce(make_records)


@pytest.fixture
def records(db: None) -> None:
    MADE_ONCE.again()
    for _ in renew_all_words():  # the index of words is no table of a model
        pass


def found(text: str) -> set[str]:
    terms = text.split()
    rows: list[object] = [*first_named(terms, Contact.objects.all(), NAMES, 50)]
    rows += first_named(terms, Account.objects.all(), ("name", "pk"), 50)
    rows += first_named(terms, Lead.objects.all(), NAMES, 50)
    return {str(row).split()[0] for row in rows}


SOUGHT = [
    pytest.param("dupont", {"Hélène", "Dupont"}, id="a-word-of-any-kind-of-record"),
    pytest.param("DUP", {"Hélène", "Dupont"}, id="its-beginning-in-capitals"),
    pytest.param("d", {"Hélène", "Dupont"}, id="one-letter"),
    pytest.param("helene", {"Hélène"}, id="without-accents"),
    pytest.param("HÉLÈNE", {"Hélène"}, id="with-accents-in-capitals"),
    pytest.param("he\u0301le\u0300ne", {"Hélène"}, id="accents-as-signs-of-their-own"),
    pytest.param("oedi", {"Œdipe"}, id="a-ligature"),
    pytest.param("neill", {"Œdipe"}, id="behind-an-apostrophe"),
    pytest.param("o'ne", {"Œdipe"}, id="another-apostrophe"),
    pytest.param("李", {"李"}, id="a-name-of-one-sign"),
    pytest.param("w" * 60, {"W" * 50}, id="longer-than-the-index-holds"),
    pytest.param("lefevre dup", {"Hélène"}, id="each-word-in-any-order"),
    pytest.param("dupont martin", set(), id="each-word-must-be-there"),
    pytest.param(ADDRESS, {"Hélène"}, id="a-whole-address"),
    pytest.param("helene.du", {"Hélène"}, id="the-beginning-of-an-address"),
    pytest.param("hel.du", set(), id="before-a-sign-words-are-whole"),
    pytest.param("@werke.example", {"Hélène"}, id="a-domain"),
    pytest.param("old.ex", {"Hélène"}, id="the-third-address"),
    pytest.param("y+crm", {"Hélène"}, id="words-within-a-local-part"),
    pytest.param("mull", {"Jean"}, id="the-company-of-a-lead"),
    pytest.param("strassen", {"Jean"}, id="a-sharp-s"),
    pytest.param("upont", set(), id="not-within-a-word"),
    pytest.param("& - _", set(), id="no-word-at-all"),
    pytest.param("", set(), id="nothing"),
    pytest.param("dupont & fils", {"Dupont"}, id="signs-between-words"),
    pytest.param("%", set(), id="a-sign-of-like"),
    pytest.param("dup%nt", set(), id="a-sign-of-like-within"),
    pytest.param("dup_nt", set(), id="another-within"),
    pytest.param("dup*", {"Hélène", "Dupont"}, id="an-asterisk-means-nothing"),
    pytest.param('"dupont" OR martin', set(), id="operators-are-words"),
    pytest.param("NOT NEAR(dupont)", set(), id="more-operators"),
    pytest.param("'; DROP TABLE contact; --", set(), id="sql"),
    pytest.param("dupont:* | !q", set(), id="signs-of-tsquery"),
    pytest.param("dup\\", {"Hélène", "Dupont"}, id="a-backslash"),
    pytest.param("\ud7ff\U0010ffff", set(), id="the-last-of-unicode"),
    pytest.param("words:dupont", set(), id="a-column-of-fts5"),
    pytest.param("\U0001e900\U0001e901", {"\U0001e922\U0001e923"}, id="letters-of-late-unicode"),
]


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize(("text", "expected"), SOUGHT)
@pytest.mark.parametrize("near", [pytest.param(2_000, id="list"), pytest.param(0, id="index")])
def test_found(monkeypatch: pytest.MonkeyPatch, near: int, text: str, expected: set[str]) -> None:
    monkeypatch.setattr(finding, "NEAR", near)  # by following the list, and by the index
    assert found(text) == expected


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve of which every third is a Dupont, the last two besides Zoé."""
    monkeypatch.setattr(finding, "NEAR", 4)
    for at in range(12):
        create_contact("Zoé" if at > 9 else "Ann", f"{at:02} {'Dupont' if at % 3 == 0 else 'X'}")


def names(text: str, order: Sequence[str] = NAMES, limit: int = 2) -> list[str]:
    return [str(one) for one in first_named(text.split(), Contact.objects.all(), order, limit)]


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        pytest.param("dup", NAMES, ["Ann 00 Dupont", "Ann 03 Dupont"], id="near"),
        pytest.param("zoe", NAMES, ["Zoé 10 X", "Zoé 11 X"], id="far"),
        pytest.param("ann 09", NAMES, ["Ann 09 Dupont"], id="far-and-one"),
        pytest.param("dup", ("-fullname", "-pk"), ["Ann 09 Dupont", "Ann 06 Dupont"],
                     id="from-the-end"),
        pytest.param("zoe", ("-fullname", "-pk"), ["Zoé 11 X", "Zoé 10 X"], id="near-the-end"),
        pytest.param("nobody", NAMES, [], id="none"),
    ],
)  # fmt: skip
def test_the_first_in_the_order_of_the_list(
    text: str, order: Sequence[str], expected: list[str]
) -> None:
    assert names(text, order) == expected


@pytest.mark.usefixtures("many")
def test_only_among_the_rows_that_are_asked() -> None:
    rows = Contact.objects.filter(fullname__gt="Ann 05")
    first = first_named(["dup"], rows, NAMES, 5)
    assert [str(one) for one in first] == ["Ann 06 Dupont", "Ann 09 Dupont"]


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(
    ("text", "questions"),
    [
        pytest.param("dup", 2, id="full-by-the-list"),
        pytest.param("dup 09 ann", 3, id="by-the-index"),
        pytest.param("%", 0, id="nothing-to-ask"),
    ],
)
def test_questions(text: str, questions: int) -> None:
    with CaptureQueriesContext(connection) as asked:
        names(text)
    assert len(asked) == questions


def test_of_very_many_with_one_name_each_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "NEAR", 4)
    keys = sorted(create_contact("Ann", "Same").pk for _ in range(12))
    for order, expected in ((NAMES, keys[:6]), (("-fullname", "-pk"), keys[:5:-1])):
        found = first_named(["same"], Contact.objects.all(), order, 6)
        assert [one.pk for one in found] == expected


def plans(ask: Callable[[], object]) -> list[str]:
    """How SQLite answers what is asked; with values beside, as of those in its text it expects
    something else.
    """
    asked: list[tuple[str, Any]] = []

    def noted(execute: Callable[..., object], sql: str, values: Any, *rest: Any) -> object:
        asked.append((sql, values))
        return execute(sql, values, *rest)

    with connection.execute_wrapper(noted):
        ask()
    with connection.cursor() as cursor:
        found = []
        for sql, values in asked:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", values)
            found.append(" ".join(row[3] for row in cursor.fetchall()))
    return found


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("state", [{"statecode": 0}, {"merged": False}, {}], ids=str)
@pytest.mark.parametrize(
    "beyond",
    [
        pytest.param(Q(), id="first-page"),
        pytest.param(
            Q(fullname__gte="Ann 02")
            & (Q(fullname__gt="Ann 02") | Q(fullname="Ann 02", pk__gt=UUID(int=7))),
            id="a-later-page",
        ),
    ],
)
def test_no_question_looks_through_all_records(state: dict[str, int], beyond: Q) -> None:
    rows = Contact.objects.filter(**state)
    edge, near, index = plans(lambda: first_named(["zoe", "nobody"], rows, NAMES, 5, beyond))
    assert "COVERING INDEX contact_by_name" in edge
    assert "TEMP B-TREE" not in edge
    assert near.startswith("SEARCH contact USING INDEX contact_by_name (fullname")
    assert "TEMP B-TREE" not in near
    assert index.startswith("SEARCH contact USING INDEX contact_by_number (searchnumber=?")
