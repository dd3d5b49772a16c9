"""The table of profiles and recipients becomes a set, or each wrong row is told of."""

import csv
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO, StringIO
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from tests.unit.router.made_up import ANNA, NAMES, SALES

from passerelle.faults.router import RecipientColumnsMissing, TableWithoutProfiles
from passerelle.router.files.format import Directory, RouterFormat, Who
from passerelle.router.files.merged import RecipientKind
from passerelle.router.files.values import Connection, Direction, Provider, RouterSet, State
from passerelle.router.table.columns import HEADINGS, OWN_WORDS
from passerelle.router.table.reading import LISTED, RefusedTable, read_table

PARIS = ZoneInfo("Europe/Paris")
KNOWN = Directory(
    {
        "anna@example.com": Who(RecipientKind.USER, ANNA),
        "box@example.com": Who(RecipientKind.FORWARD, UUID(int=9)),
    },
    {ANNA: "anna@example.com", UUID(int=9): "box@example.com"},
)
IN = {"kind": "profile", "name": "In", "server_type": "pop3", "server": "pop.example.com"}
OUT = {"kind": "profile", "name": "Out", "server_type": "smtp", "encryption": "no"}
POP3 = Connection("incoming", "pop3", server="pop.example.com")
SMTP = Connection("outgoing", "smtp", ssl="no")


def table(*rows: Mapping[str, str]) -> bytes:
    out = StringIO()
    writer = csv.DictWriter(out, list(HEADINGS), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def read(*rows: Mapping[str, str]) -> RouterSet | RefusedTable:
    return read_table(BytesIO(table(*rows)), KNOWN, PARIS)


def taken(*rows: Mapping[str, str]) -> RouterSet:
    found = read(*rows)
    assert isinstance(found, RouterSet), found
    return found


def test_profiles_and_whom_they_served_wherever_their_rows_stand() -> None:
    found = taken(
        {"kind": "USER", "identifier": f"{{{ANNA}}}", "profile": "in", "other_profile": "Out"},
        {"kind": "queue", "identifier": str(SALES), "profile": "In", "username": "EXAMPLE\\sales"},
        IN,
        OUT,
    )
    assert found.providers == (
        Provider(POP3, "In", users=(ANNA,)),
        Provider(SMTP, "Out", users=(ANNA,)),
        Provider(POP3, "In", "EXAMPLE\\sales", queues=(SALES,)),
    )
    assert found.providers[0].connection is found.providers[2].connection
    assert len(found.tag) == 12


@pytest.mark.parametrize(
    ("row", "provider"),
    [
        pytest.param(
            {"kind": "user", "address": "Anna@Example.com"}, Provider(POP3, "In", users=(ANNA,)),
            id="who-has-the-address",
        ),
        pytest.param(
            {"kind": "user", "address": "new@example.com"}, Provider(POP3, "In", "new@example.com"),
            id="an-unknown-address-is-an-account",
        ),
        pytest.param(
            {"kind": "account", "address": "anna@example.com", "username": "service"},
            Provider(POP3, "In", "service"), id="an-account-stays-one",
        ),
        pytest.param(
            {"kind": "user", "address": "box@example.com"}, Provider(POP3, "In", "box@example.com"),
            id="a-forward-mailbox-is-found-by-its-account",
        ),
    ],
)  # fmt: skip
def test_who_is_meant(row: Mapping[str, str], provider: Provider) -> None:
    assert taken(IN, {**row, "profile": "In"}).providers == (provider,)


def test_the_account_of_a_profile_is_everybodys_who_says_none() -> None:
    shared = {**IN, "username": "service"}
    found = taken(shared, {"kind": "user", "identifier": str(ANNA), "profile": "In"})
    assert found.providers[0].username == "service"


def test_a_profile_that_served_nobody_is_there_and_a_row_without_profile_says_when() -> None:
    found = taken(
        {**IN, "server_type": "exchange-2010", "direction": "incoming", "server": "Autodiscover"},
        {"kind": "account", "address": "x@example.com", "read_until": "2026-03-01"},
    )
    connection = Connection("incoming", "exchange-2010", autodiscover="yes")
    assert found.providers == (Provider(connection, "In"),)
    assert [state.address for state in found.states] == ["x@example.com"]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01 08:30", datetime(2026, 3, 1, 7, 30, tzinfo=UTC)),
        ("2026-03-01T08:30:00+00:00", datetime(2026, 3, 1, 8, 30, tzinfo=UTC)),
        ("2026-03-01", datetime(2026, 2, 28, 23, tzinfo=UTC)),
    ],
)
def test_a_moment_is_of_the_servers_zone_unless_it_says_one(text: str, moment: datetime) -> None:
    person = {"kind": "user", "identifier": str(ANNA), "profile": "In", "read_until": text}
    assert taken(IN, person).states == (State("anna@example.com", moment),)


PERSON = {"kind": "user", "address": "anna@example.com", "profile": "In"}


@pytest.mark.parametrize(
    ("row", "told"),
    [
        pytest.param({"kind": "mailbox"}, "“mailbox” is no kind of row", id="kind"),
        pytest.param({**IN, "name": ""}, "has no name", id="a-nameless-profile"),
        pytest.param(IN, "of the name “In”", id="a-name-again"),
        pytest.param({**OUT, "server_type": ""}, "no kind of server", id="no-kind-of-server"),
        pytest.param(
            {**OUT, "server_type": "custom"}, "neither incoming nor outgoing", id="no-direction"
        ),
        pytest.param({"kind": "user", "profile": "In"}, "names nobody", id="nobody"),
        pytest.param({**PERSON, "identifier": "7"}, "not an identifier", id="no-guid"),
        pytest.param({**PERSON, "profile": "Absent"}, "of the name “Absent”", id="no-profile"),
        pytest.param({**PERSON, "read_until": "01/03/2026"}, "is not a moment", id="a-local-date"),
        pytest.param({**PERSON, "read_until": "0001-01-01"}, "is not a moment", id="never"),
        pytest.param({**PERSON, "username": "a\x07b"}, "what is no text", id="control-characters"),
        pytest.param({**PERSON, "username": "a" * 2_085}, "longer than", id="too-long"),
    ],
)
def test_a_wrong_row_is_told_of_and_nothing_is_taken(row: Mapping[str, str], told: str) -> None:
    found = read(IN, PERSON, row)
    assert isinstance(found, RefusedTable)
    ((number, why),) = found.refused
    assert (number, told in why) == (3, True), why


def test_many_wrong_rows_are_counted_and_the_first_are_listed() -> None:
    found = read(*[{"kind": "?"}] * (LISTED + 5))
    assert isinstance(found, RefusedTable)
    assert (len(found.refused), found.refused_count) == (LISTED, LISTED + 5)


def test_a_table_without_profiles_or_without_its_columns_is_none() -> None:
    with pytest.raises(TableWithoutProfiles):
        read({"kind": "account", "username": "x"})
    for headings in (b"kind,name,profile,address", b"kind,name,server_type,profile"):
        with pytest.raises(RecipientColumnsMissing):
            read_table(BytesIO(headings + b"\n"), KNOWN, PARIS)


def test_french_headings_and_a_password_that_is_never_kept() -> None:
    text = (
        "genre;nom;sens;type de serveur;profil;adresse;chiffrement;mot de passe\n"
        "profil;In;Entrant;pop3;;;Oui;\nutilisateur;;;;In;new@example.com;;geheim\n"
    )
    found = read_table(BytesIO(text.encode("cp1252")), KNOWN, PARIS)
    assert isinstance(found, RouterSet)
    side = RouterFormat(NAMES, OWN_WORDS).side(found.providers[0].connection)
    assert (side.direction, side.ssl) == (Direction.INCOMING, True)
    assert "geheim" not in repr(found)
