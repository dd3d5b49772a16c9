"""The audit's pages: filters, names and labels, and a table that no spreadsheet runs."""

import csv
import inspect
import io
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries
from tests.unit.web.conftest import World

import passerelle
from passerelle.crm.models import AuditEntry
from passerelle.crm.models.audit import AuditAction
from passerelle.mailboxes.models import WavePlan
from passerelle.mailboxes.sending import limits
from passerelle.mailboxes.services import update_mailbox
from passerelle.mailboxes.waves import plans
from passerelle.sync.models import Place
from passerelle.web.audit import KINDS, STEPS, TABLES, VALUES, changes_of, lines, told

pytestmark = [pytest.mark.django_db, pytest.mark.database]
DAY = timedelta(days=1)


def entry(**fields: object) -> AuditEntry:
    values: dict[str, object] = {
        "action": AuditAction.EMAIL_READ,
        "subject_kind": "email",
        "username": "admin",
        "done_on": timezone.now(),
    }
    return AuditEntry.objects.create(**{**values, **fields})


@pytest.fixture
def several(world: World, still_clock: datetime) -> None:
    """Four entries of other days, people, acts and records."""
    AuditEntry.objects.all().delete()
    now = still_clock
    entry(username="zoe", done_on=now - 9 * DAY, reason="why-one")
    entry(username="noé", subject_id=world.received.pk, reason="why-two")
    entry(
        action=AuditAction.MAILBOX_CHANGED, subject_kind="mailbox", subject_id=world.mailbox.pk,
        reason="why-three", done_on=now - 2 * DAY,
    )  # fmt: skip
    entry(action=AuditAction.PROFILE_CREATED, subject_kind="emailserverprofile", reason="why-four")


ALL = {"why-one", "why-two", "why-three", "why-four"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param({}, ALL, id="all"),
        pytest.param({"who": "ZO"}, {"why-one"}, id="who-by-a-part"),
        pytest.param({"what": "mailbox.changed"}, {"why-three"}, id="what"),
        pytest.param({"kind": "email"}, {"why-one", "why-two"}, id="kind"),
        pytest.param({"since": "-3"}, {"why-two", "why-three", "why-four"}, id="since-a-day"),
        pytest.param({"until": "-3"}, {"why-one"}, id="until-a-day"),
        pytest.param({"since": "-2", "until": "-2"}, {"why-three"}, id="one-whole-day"),
        pytest.param({"who": "nobody"}, set(), id="nothing-is-left"),
        pytest.param({"what": "x", "since": "y", "subject": "z"}, ALL, id="no-filters-at-all"),
        pytest.param({"who": "\0"}, ALL, id="nul"),
    ],
)
def test_filters(
    several: None, as_administrator: Client, query: dict[str, str], found: set[str]
) -> None:
    days = {
        name: (timezone.localdate() + int(text) * DAY).isoformat() if text.startswith("-") else text
        for name, text in query.items()
    }
    page = as_administrator.get("/audit/", days).content.decode()
    assert {word for word in ALL if word in page} == found
    table = b"".join(as_administrator.get("/audit/export/", days)).decode()
    assert {word for word in ALL if word in table} == found


def test_one_record_is_followed(several: None, world: World, as_administrator: Client) -> None:
    page = as_administrator.get("/audit/", {"subject": str(world.mailbox.pk)}).content.decode()
    assert {word for word in ALL if word in page} == {"why-three"}


def test_before_and_after_by_label(world: World) -> None:
    mailbox = world.mailbox
    update_mailbox(mailbox, by="admin", profile=world.profile)
    changed = AuditEntry.objects.get(action=AuditAction.MAILBOX_CHANGED, subject_id=mailbox.pk)
    shown = {one.label: (one.before, one.after) for one in changes_of([changed])[0]}
    assert ("—", "Company") in shown.values()


def test_values_of_choices_and_unknown_fields() -> None:
    made = AuditEntry(
        action=AuditAction.MAILBOX_CHANGED,
        subject_kind="mailbox",
        detail={
            "approval": [2, 1],
            "gone_column": [True, None],
            "count": 7,
            "profile": ["x", None],
        },
    )
    shown = {one.label: (one.before, one.after) for one in changes_of([made])[0]}
    assert shown["Gone column"] == ("Yes", "—")
    assert shown["Count"] == (None, "7")
    assert ("Pending approval", "Approved") in shown.values()
    assert ("x", "—") in shown.values()


def test_what_is_no_field_is_told_in_french_too() -> None:
    made = AuditEntry(
        action=AuditAction.WORDING_CREATED,
        subject_kind="emailsignature",
        detail={"title": "Usual", "shared": True, "languages": ["en", "fr"], "images": 2},
        done_on=timezone.now(),
    )
    with override("fr"):
        shown = {one.label: (one.before, one.after) for one in changes_of([made])[0]}
    assert shown == {
        "Titre": (None, "Usual"),
        "Pour tous": (None, "Oui"),
        "Langues": (None, "English, Français"),
        "Images": (None, "2"),
    }
    assert list(lines([made]))[1][-1].endswith("languages: ['en', 'fr']; images: 2")


SAME = {  # in both languages
    *("English", "Français", "Contacts", "Information"),
    *("IMAP", "POP3", "SMTP", "STARTTLS", "TLS 1.2", "TLS 1.3", "In-Reply-To"),
}


def choices() -> Iterator[tuple[str, str, Any, Any]]:
    """The kind of an entry, what changed, and each value that it may have with its words."""
    tables = {model._meta.db_table: model for model in apps.get_models()}
    for kind in KINDS:
        model = tables.get(TABLES.get(kind, kind))
        for column in model._meta.concrete_fields if model else ():
            yield from ((kind, column.name, *choice) for choice in column.flatchoices)
    for name, words in VALUES.items():
        yield from (("", name, *choice) for choice in words.items())


def test_every_choice_is_told_in_french() -> None:
    alike = set()
    for kind, name, value, words in choices():
        with override("en"):
            english = str(words)
        with override("fr"):
            [[change]] = changes_of([AuditEntry(subject_kind=kind, detail={name: value})])
            assert change.after == str(words)
            alike |= {change.after} & {english}
    assert alike == SAME


def test_fields_are_told_by_their_labels_and_a_direction_in_words() -> None:
    detail = {"fields": ["email_address", "approval"], "direction": "both", "bulk": "methods"}
    made = AuditEntry(subject_kind="mailbox", detail={**detail, "incoming": 0})
    with override("fr"):
        told = [change.after for change in changes_of([made])[0]]
    assert told == [
        "Adresse e-mail, Approbation",
        "Courrier entrant et sortant",
        "Changer les méthodes de synchronisation",
        "Aucun",
    ]


def test_every_step_of_a_plan_of_waves_has_words() -> None:
    source = inspect.getsource(plans)
    assert set(re.findall(r'_(?:run|change)\(plan, .+, by, "(\w+)"', source)) == set(STEPS)


def test_names_take_one_query_a_kind(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    entries = [entry(subject_id=world.received.pk) for _ in range(5)]
    entries += [entry(subject_kind="mailbox", subject_id=world.mailbox.pk) for _ in range(5)]
    entries += [entry(subject_kind="mailbox", subject_id=uuid4()), entry(subject_kind="gone")]
    with django_assert_num_queries(2):
        rows = told(entries)
    assert rows[0].subject == "Order"
    assert rows[5].subject == "Ann Example"
    assert rows[5].address == f"/mailboxes/{world.mailbox.pk}/"
    assert (rows[10].address, rows[11].kind) == ("", "gone")


def test_every_kind_that_is_written_is_told_in_words() -> None:
    """A kind that has none would stand on the page as the name of a table."""
    sources = Path(passerelle.__file__).parent.rglob("*.py")
    calls = re.compile(r'\bSubject\(\s*"(\w+)"')
    written = {kind for source in sources for kind in calls.findall(source.read_text("utf-8"))}
    assert {"noticesettings", "waveplan"} <= written
    assert not {*written, limits.RECORD, "emailsignature", "template"} - set(KINDS)


def test_what_has_no_name_is_told_by_its_kind(world: World) -> None:
    plan = WavePlan.objects.create(
        name="Paris", wave_size=3, gap_minutes=0, created_on=timezone.now(), total=0, waves_total=0
    )
    place = Place.objects.filter(mailbox=world.mailbox).first()
    assert place is not None
    named, unnamed = told(
        [
            entry(subject_kind="waveplan", subject_id=plan.pk),
            entry(subject_kind="mailplace", subject_id=place.pk),
        ]
    )
    assert (named.subject, named.address) == ("Paris", f"/waves/{plan.pk}/")
    assert unnamed.subject == "Message in a mailbox"


@pytest.mark.parametrize(
    ("language", "heads", "words"),
    [
        pytest.param(
            "en",
            ["Changes", "As stored"],
            "Approval: Pending approval → Approved; Server profile: — → Company; Count: 7",
            id="english",
        ),
        pytest.param(
            "fr",
            ["Modifications", "Valeurs enregistrées"],
            "Approbation\xa0: En attente d’approbation → Approuvé; "
            "Profil de serveur\xa0: — → Company; Nombre\xa0: 7",
            id="french",
        ),
    ],
)
def test_the_table_says_what_changed_in_words_and_as_it_is_stored(
    world: World, language: str, heads: list[str], words: str
) -> None:
    profile = str(world.profile.pk)
    detail = {"approval": [2, 1], "profile": [None, profile], "count": 7}
    made = entry(action=AuditAction.MAILBOX_CHANGED, subject_kind="mailbox", detail=detail)
    with override(language):
        headings, row = lines([made])
    assert headings[-2:] == heads
    assert row[-2:] == [words, f"approval: 2 → 1; profile: None → {profile}; count: 7"]


def test_the_profiles_of_many_rows_are_asked_for_once(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    detail = {"profile": [None, str(world.profile.pk)]}
    rows = [entry(subject_kind="mailbox", detail=detail) for _ in range(5)]
    with django_assert_num_queries(1):
        assert {row[-2][-7:] for row in list(lines(rows))[1:]} == {"Company"}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_no_cell_of_the_table_is_a_formula(
    world: World, as_administrator: Client, start: str
) -> None:
    entry(reason=f"{start}cmd|' /C calc'!A0", username=f"{start}name")
    response = as_administrator.get("/audit/export/")
    assert response.headers["Content-Disposition"] == 'attachment; filename="audit.csv"'
    text = b"".join(response).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert any("calc" in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(tuple("=+-@\t"))]


def test_the_page_of_an_entry(world: World, as_administrator: Client) -> None:
    made = entry(subject_id=world.received.pk, reason="<b>why</b>", detail={"a": ["<i>", "&"]})
    page = as_administrator.get(f"/audit/{made.pk}/").content.decode()
    assert "&lt;b&gt;why" in page
    assert "&lt;i&gt;" in page
    assert f"/emails/{world.received.pk}/" in page
    assert as_administrator.get(f"/audit/{uuid4()}/").status_code == 404
