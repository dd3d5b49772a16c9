"""The table of decisions: what is in it, and which of its rows decide something."""

import csv
from io import BytesIO, StringIO

import pytest
from django.utils import translation
from tests.unit.router.made_up import POP3, SALES
from tests.unit.router.migrating.company import begun, hire, with_providers

from passerelle.crm.models import Queue
from passerelle.faults.router import DecisionColumnsMissing
from passerelle.mailboxes.models import Mailbox
from passerelle.router.files.values import Provider
from passerelle.router.models import Migration
from passerelle.router.reviewing.decisions import Decision, decision_lines, read_decisions
from passerelle.tables import Damage, Torn


def rows_of(migration: Migration) -> list[dict[str, str]]:
    text = "".join(decision_lines(migration)).removeprefix("\ufeff")
    return list(csv.DictReader(StringIO(text)))


@pytest.mark.django_db
@pytest.mark.database
def test_profiles_then_the_unmatched_then_all_others_with_what_they_are_now() -> None:
    hire()
    Mailbox.objects.filter(queue=SALES).delete()
    Queue.objects.filter(pk=SALES).delete()
    rows = rows_of(begun())
    kinds = [row["kind"] for row in rows]
    assert kinds == ["profile"] * 13 + ["queue"] + ["user"] * 6
    told = {(row["name"], row["field"]): row["before"] for row in rows}
    assert told["sales@example.com", "becomes"] == "unknown"
    assert told["Anna", "start"] == "2026-03-01T08:30:00+00:00"
    assert told["Bert", "start"] == ""
    assert told["Bert", "incoming_username"] == "bert@example.com"
    of_profile = {row["field"]: row["before"] for row in rows[:13]}
    assert of_profile["incoming_location"] == "pop.example.com"
    assert of_profile["incoming_port"] == "995"
    assert of_profile["incoming_security"] == "implicit"
    assert of_profile["incoming_credential_retrieval"] == "mailbox"
    assert of_profile["outgoing_credential_retrieval"] == "anonymous"
    assert {row["value"] for row in rows} == {""}


@pytest.mark.django_db
def test_nothing_is_decided_of_a_profile_that_becomes_none() -> None:
    migration = begun(with_providers([Provider(POP3, username="nobody@example.com")]))
    migration.profiles.update(review={"migrates": False})
    assert [(row["kind"], row["identifier"]) for row in rows_of(migration)] == [
        ("account", "nobody@example.com")
    ]


@pytest.mark.django_db
def test_where_commas_are_decimal_the_cells_stand_apart_by_semicolons() -> None:
    with translation.override("fr"):
        first = next(decision_lines(begun()))
    assert first == "\ufeffkind;identifier;field;name;before;value\r\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("kind,identifier,field,value\nUser,1,Becomes, leave \n", id="english"),
        pytest.param("\ufeffgenre;identifiant;champ;valeur\nuser;1;becomes;leave\n", id="french"),
        pytest.param("value\tfield\tidentifier\tkind\nleave\tbecomes\t1\tuser\n", id="any-order"),
    ],
)
def test_headings_of_either_language_in_any_order(text: str) -> None:
    found = list(read_decisions(BytesIO(text.encode())))
    assert found == [Decision(1, "user", "1", "becomes", "", "leave")]


def test_rows_without_a_value_decide_nothing_and_torn_ones_are_told() -> None:
    text = b"kind,identifier,field,value\nuser,1,becomes,\nuser,2,becomes,leave,more\n,,,x\n"
    found = list(read_decisions(BytesIO(text)))
    assert [type(one) for one in found] == [Torn, Decision]
    assert isinstance(found[0], Torn)
    assert (found[0].number, found[0].damage) == (2, Damage.TOO_MANY_CELLS)


@pytest.mark.parametrize("text", [b"address,password\na,b\n", b"kind,field,value\na,b,c\n"])
def test_another_table_is_no_table_of_decisions(text: bytes) -> None:
    with pytest.raises(DecisionColumnsMissing):
        list(read_decisions(BytesIO(text)))
