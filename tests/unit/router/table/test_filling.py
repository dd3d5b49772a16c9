"""The table as it is written: half filled, and brought back the same set."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO, StringIO

from django.utils import timezone, translation
from tests.unit.router.made_up import ANNA, BERT, NAMES, POP3, PROVIDERS, SALES, SMTP, STATES
from tests.unit.router.migrating.company import EXCHANGE

from passerelle.router.files.format import Directory, RouterFormat, Who
from passerelle.router.files.merged import RecipientKind
from passerelle.router.files.merging import merge
from passerelle.router.files.values import Provider, RouterSet, State
from passerelle.router.table.columns import OWN_WORDS
from passerelle.router.table.filling import table_lines
from passerelle.router.table.reading import read_table

FORMAT = RouterFormat(NAMES)
NOBODY = Directory()
WHOLE = RouterSet(PROVIDERS, STATES)


def rows(sets: Sequence[RouterSet], directory: Directory = NOBODY) -> list[dict[str, str]]:
    text = "".join(table_lines(sets, FORMAT, directory)).removeprefix("\ufeff")
    return [
        {name: cell for name, cell in row.items() if cell} for row in csv.DictReader(StringIO(text))
    ]


def test_what_was_understood_stands_in_the_tables_own_words() -> None:
    pop3, smtp, anna, *_ = rows([WHOLE])
    assert pop3 == {
        "kind": "profile",
        "name": "pop3 pop.example.com",
        "direction": "incoming",
        "server_type": "pop3",
        "server": "pop.example.com",
        "port": "995",
        "encryption": "yes",
        "sign_in": "clear-text",
        "credentials": "user-specified",
    }
    assert (smtp["encryption"], smtp["sign_in"]) == ("no", "anonymous")
    assert anna == {
        "kind": "user",
        "identifier": str(ANNA),
        "address": "anna@example.com",
        "profile": "pop3 pop.example.com",
        "username": "anna@example.com",
        "read_until": "2026-03-01T08:30:00+00:00",
    }


def test_brought_back_it_proposes_what_the_files_would_have() -> None:
    people = Directory(
        {}, {ANNA: "anna@example.com", BERT: "bert@example.com", SALES: "sales@example.com"}
    )
    text = "".join(table_lines([WHOLE], FORMAT, people))
    back = read_table(BytesIO(text.encode()), people, timezone.get_default_timezone())
    assert isinstance(back, RouterSet)
    of_files = merge([WHOLE], FORMAT, people)
    of_table = merge([back], RouterFormat(NAMES, OWN_WORDS), people)
    assert not of_table.questions
    (one,), (other,) = of_files.profiles, of_table.profiles
    assert (one.incoming, one.outgoing) == (other.incoming, other.outgoing)
    whole_seconds = [
        replace(
            who, threshold=who.threshold and who.threshold.replace(microsecond=0), last_error=""
        )
        for who in one.recipients
    ]
    assert set(other.recipients) == set(whole_seconds)


def test_what_was_not_understood_stands_as_the_file_has_it() -> None:
    unknown = replace(EXCHANGE, direction="Sideways", auth="Kerberos", ssl="maybe")
    (profile, _anna) = rows([RouterSet((Provider(unknown, users=(ANNA,)),), ())])
    assert profile["server_type"] == "Exchange2010Provider"
    assert profile["direction"] == "Sideways"
    assert (profile["sign_in"], profile["encryption"]) == ("Kerberos", "maybe")
    assert profile["credentials"] == "user-specified"


def test_names_are_told_apart_and_autodiscovery_stands_for_a_server() -> None:
    found = replace(EXCHANGE, autodiscover="true")
    providers = (Provider(POP3, "Mail"), Provider(SMTP, "mail"), Provider(found, "Mail"))
    profiles = rows([RouterSet(providers, ())])
    assert [one["name"] for one in profiles] == ["Mail", "mail 2", "Mail 3"]
    assert profiles[2]["server"] == "autodiscover"


def test_an_account_that_several_have_is_nobodys_address() -> None:
    shared = Provider(SMTP, username="service@example.com", users=(ANNA, BERT))
    _profile, *people = rows([RouterSet((shared,), ())])
    assert [one["username"] for one in people] == ["service@example.com"] * 2
    assert not any("address" in one for one in people)


def test_an_address_alone_is_a_row_to_complete_and_known_people_are_told() -> None:
    known = Directory({"anna@example.com": Who(RecipientKind.USER, ANNA)})
    states = (State("anna@example.com"), State("x@example.com"))
    assert rows([RouterSet((), states)], known) == [
        {"kind": "user", "identifier": str(ANNA), "address": "anna@example.com"},
        {"kind": "account", "address": "x@example.com"},
    ]


def test_of_nothing_there_is_an_example_that_can_be_brought_back() -> None:
    for language, delimiter in (("en", ","), ("fr", ";")):
        with translation.override(language):
            lines = list(table_lines([], FORMAT, NOBODY))
        assert lines[1].startswith(f"profile{delimiter}Example{delimiter}")
        stream = BytesIO("".join(lines).encode())
        back = read_table(stream, NOBODY, timezone.get_default_timezone())
        assert isinstance(back, RouterSet), back


def test_no_cell_is_a_formula() -> None:
    evil = Provider(POP3, "=cmd|'/c calc'!A1", username="@sum", users=(ANNA,))
    text = "".join(table_lines([RouterSet((evil,), ())], FORMAT, NOBODY))
    assert ",'=cmd" in text or ",\"'=cmd" in text
    assert ",'@sum" in text
