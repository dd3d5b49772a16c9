"""Aliases of users and queues in a table: added and approved, never taken away, each of one."""

from contextlib import suppress

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.unit.importing.tables import checked, counts, imported, reasons
from tests.unit.importing.test_work import revived

from passerelle.crm import services as crm
from passerelle.crm.models import EmailAlias, Queue, SystemUser
from passerelle.engine.services import Killed, crash_points, run_due
from passerelle.importing import passing
from passerelle.importing import services as importing
from passerelle.importing.crash_points import CRASH_POINTS
from passerelle.importing.services import ImportKind

pytestmark = [pytest.mark.django_db, pytest.mark.database]
HEAD = "Full Name,Primary Email,Aliases\n"


def aliases() -> list[tuple[str, str]]:
    rows = EmailAlias.objects.order_by("address").select_related("systemuser", "queue")
    return [(one.address, str(one.owner)) for one in rows]


def test_aliases_come_with_new_users_and_count() -> None:
    table = f"{HEAD}Ann,ann@example.com,a.bell@example.com; Bell@example.com\nBob,b@example.com,\n"
    assert counts(imported(ImportKind.USERS, table)) == (2, 0, 0, 0)
    assert aliases() == [("Bell@example.com", "Ann"), ("a.bell@example.com", "Ann")]
    assert crm.records_of(["bell@example.com"])["bell@example.com"][0].name == "Ann"


def test_a_second_import_adds_what_lacks_and_takes_none_away() -> None:
    imported(ImportKind.USERS, f"{HEAD}Ann,ann@example.com,a@example.com\n")
    again = f"{HEAD}Ann,ann@example.com,b@example.com;A@example.com\n"
    assert counts(imported(ImportKind.USERS, again)) == (0, 1, 0, 0)
    assert counts(imported(ImportKind.USERS, again)) == (0, 0, 1, 0)
    assert aliases() == [("a@example.com", "Ann"), ("b@example.com", "Ann")]


def test_the_addresses_of_an_export_of_exchange_are_understood() -> None:
    table = (
        "Full Name,Primary Email,proxyAddresses\n"
        "Ann,ann@example.com,SMTP:ann@example.com;smtp:bell@example.com;"
        "SIP:ann@example.com;X500:/o=Old/cn=ann\n"
    )
    assert counts(imported(ImportKind.USERS, table)) == (1, 0, 0, 0)
    assert aliases() == [("bell@example.com", "Ann")]


def test_a_queue_gets_them_too() -> None:
    table = "Name;Incoming Email;Alias de messagerie\nVentes;ventes@example.com;v@example.com\n"
    assert counts(imported(ImportKind.QUEUES, table)) == (1, 0, 0, 0)
    assert aliases() == [("v@example.com", "Ventes")]


@pytest.mark.parametrize(
    ("rows", "refused"),
    [
        pytest.param("Ann,ann@example.com,eve@example.com\n", 1, id="the-address-of-a-user"),
        pytest.param("Ann,ann@example.com,evi@example.com\n", 1, id="the-alias-of-a-user"),
        pytest.param("Ann,ann@example.com,desk@example.com\n", 1, id="the-address-of-a-queue"),
        pytest.param("Evi,evi@example.com,\n", 1, id="an-alias-as-the-own-address"),
        pytest.param(
            "Ann,ann@example.com,x@example.com\nBob,bob@example.com,X@example.com\n",
            2,
            id="the-alias-of-an-earlier-row",
        ),
        pytest.param(
            "Ann,ann@example.com,x@example.com\nBob,x@example.com,\n",
            2,
            id="the-own-address-is-an-alias-of-an-earlier-row",
        ),
        pytest.param(
            "Ann,ann@example.com,\nBob,bob@example.com,ann@example.com\n",
            2,
            id="the-own-address-of-an-earlier-row",
        ),
    ],
)
def test_an_address_of_somebody_else_refuses_the_row(rows: str, refused: int) -> None:
    crm.create_queue("Desk", "desk@example.com")
    crm.add_alias(crm.create_user("Eve", "eve@example.com"), "evi@example.com", "zoe")
    [(number, told)] = reasons(imported(ImportKind.USERS, f"{HEAD}{rows}"))
    assert number == refused
    assert told.endswith("is the address of another user or queue.")


def test_no_address_refuses_the_row() -> None:
    found = imported(ImportKind.USERS, f"{HEAD}Ann,ann@example.com,a@example.com;nobody\n")
    assert reasons(found) == [(1, "Aliases: “nobody” is not an email address.")]
    assert not SystemUser.objects.exists()


def test_too_many_refuse_the_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crm, "MOST_ALIASES", 2)
    many = ";".join(f"a{n}@example.com" for n in range(3))
    found = imported(ImportKind.USERS, f"{HEAD}Ann,ann@example.com,{many}\n")
    assert reasons(found) == [(1, "A user or a queue has 2 aliases at most.")]


def test_a_queue_whose_members_are_unknown_gets_no_alias() -> None:
    table = "Name,Incoming Email,Aliases,Members\nV,v@example.com,w@example.com,Nobody\n"
    assert len(reasons(imported(ImportKind.QUEUES, table))) == 1
    assert not Queue.objects.exists()
    assert aliases() == []


def test_forty_users_with_aliases_cost_no_more_queries_than_four() -> None:
    imported(ImportKind.USERS, f"{HEAD}First,first@example.com,f@example.com\n")
    taken = []
    for number in (4, 40):
        rows = "".join(
            f"U{number} {one},u{number}-{one}@example.com,a{number}-{one}@example.com\n"
            for one in range(number)
        )
        with CaptureQueriesContext(connection) as queries:
            imported(ImportKind.USERS, f"{HEAD}{rows}")
        taken.append(len(queries))
    assert taken[0] == taken[1]


@pytest.mark.thorough
@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize("point", CRASH_POINTS)
def test_killed_anywhere_each_alias_is_kept_once(
    monkeypatch: pytest.MonkeyPatch, point: str, nth: int
) -> None:
    monkeypatch.setattr(passing, "BATCH", 2)
    rows = "".join(f"No {n},no{n}@example.com,a{n}@example.com\n" for n in range(5))
    found = checked(ImportKind.USERS, HEAD + rows)
    importing.start(found, "zoe")
    with suppress(Killed), crash_points.kill_at(point, nth):
        run_due()
    revived()
    run_due()
    found.refresh_from_db()
    assert counts(found) == (5, 0, 0, 0)
    assert aliases() == [(f"a{n}@example.com", f"No {n}") for n in range(5)]
    meant = crm.records_of([f"a{n}@example.com" for n in range(5)])
    assert [[one.name for one in records] for _, records in sorted(meant.items())] == [
        [f"No {n}"] for n in range(5)
    ]
