"""The time line of a mailbox: what each cycle leaves in it, and that a quiet one costs nothing."""

import re
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import Letter, MemorySent
from tests.unit.sync.outgoing.test_sending import draft

from passerelle.engine.models import Work
from passerelle.engine.services import Killed, Tally, crash_points
from passerelle.faults.mail.protocols import ConnectionLost, ServerBusy
from passerelle.mailboxes.models import EmailServerProfile, Mailbox, SystemSettings
from passerelle.mailboxes.models.choices import SentCopies
from passerelle.sync.crash_points import INCOMING
from passerelle.sync.incoming import cycle as incoming
from passerelle.sync.incoming import listed
from passerelle.sync.models import Cycle, Reading
from passerelle.sync.models.timeline import CycleKind, Ending
from passerelle.sync.services import submit
from passerelle.sync.timeline import noting
from passerelle.sync.understanding import batches

pytestmark = [pytest.mark.django_db, pytest.mark.database]

LOST = ConnectionLost(host="imap.example.com", step="UID SEARCH")
BUSY = ServerBusy(host="imap.example.com", answer="later")


def deliver(company: Company, count: int = 1, start: int = 0) -> None:
    for number in range(start, start + count):
        company.inbox.deliver(bytes(Letter(number)))


def line(company: Company) -> list[Cycle]:
    """The rows of Anna's mailbox, the oldest first."""
    return list(Cycle.objects.filter(mailbox=company.anna).order_by("began_on", "pk"))


def endings(company: Company) -> list[tuple[str, int]]:
    return [(cycle.ending, cycle.looks) for cycle in line(company)]


@pytest.fixture
def afresh(company: Company) -> Company:
    """What enabling asked for is over and left no trace."""
    Cycle.objects.all().delete()
    Reading.objects.update(quiet_looks=0, quiet_since=None, quiet_steps=None)
    return company


def _table(sql: str) -> list[str]:
    """The one that it is about."""
    return re.findall(r'(?:FROM|INTO|UPDATE) "(\w+)"', sql)[:1]


def test_looks_that_find_nothing_are_no_rows(afresh: Company) -> None:
    for _ in range(3):
        afresh.read()
    assert line(afresh) == []
    reading = afresh.reading()
    streak = noting.streak_of(reading)
    assert streak is not None
    assert (streak.ending, streak.looks, streak.listed) == (Ending.QUIET, 3, 0)
    assert streak.began_on <= streak.ended_on == reading.cycle_finished_on


def test_a_look_that_finds_nothing_costs_no_statement(
    afresh: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    def statements() -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            afresh.read()
        told = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
        return [f"{sql.split()[0]} {table}" for sql in told for table in _table(sql)]

    afresh.read()
    with_line = statements()
    monkeypatch.setattr(noting, "begin", lambda *_, **__: None)
    assert statements() == with_line
    assert not any("mailboxcycle" in statement for statement in with_line)


def test_mail_makes_one_row_and_one_of_the_quiet_looks_before(afresh: Company) -> None:
    afresh.read()
    afresh.read()
    deliver(afresh, 2)
    afresh.inbox.deliver(b"\xff no message at all")
    afresh.read()
    quiet, mail = line(afresh)
    assert (quiet.ending, quiet.looks) == (Ending.QUIET, 2)
    assert (mail.kind, mail.ending) == (CycleKind.INCOMING, Ending.DONE)
    assert (mail.listed, mail.done, mail.ignored, mail.failed) == (3, 2, 0, 1)
    assert mail.octets == sum(len(kept.data) for kept in afresh.inbox.messages)
    assert quiet.ended_on <= mail.began_on <= mail.ended_on
    assert noting.streak_of(afresh.reading()) is None
    assert afresh.reading().cycle is None


def test_a_row_costs_two_statements(afresh: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    afresh.read()
    deliver(afresh)
    with CaptureQueriesContext(connection) as queries:
        afresh.read()
    touching = [query["sql"].split()[0] for query in queries if "mailboxcycle" in query["sql"]]
    assert touching == ["INSERT", "DELETE"]


def test_a_fault_that_comes_again_is_one_row(afresh: Company) -> None:
    for _ in range(3):
        afresh.inbox.faults.append(LOST)
        afresh.read()
    (row,) = line(afresh)
    assert (row.ending, row.code, row.looks) == (Ending.FAULT, LOST.code, 3)


def test_another_fault_or_a_look_between_makes_another_row(afresh: Company) -> None:
    for faults in ([LOST], [BUSY], [], [BUSY]):
        afresh.inbox.faults.extend(faults)
        afresh.read()
    assert endings(afresh) == [
        (Ending.FAULT, 1),
        (Ending.FAULT, 1),
        (Ending.QUIET, 1),
        (Ending.FAULT, 1),
    ]


@pytest.mark.parametrize("point", INCOMING)
def test_killed_anywhere_nothing_is_told_twice_and_no_message_is_missing(
    point: str, afresh: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "BATCH_MESSAGES", 2)
    afresh.read()
    deliver(afresh, 5)
    with crash_points.kill_at(point), pytest.raises(Killed):
        afresh.read()
    Work.objects.update(worker=None)
    afresh.read()
    rows = line(afresh)
    assert sum(row.done for row in rows) == 5
    assert sum(row.looks for row in rows if row.ending == Ending.QUIET) == 1
    afresh.read()
    assert line(afresh) == rows


def test_what_a_killed_cycle_had_recorded_is_told_as_interrupted(
    afresh: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "BATCH_MESSAGES", 2)
    deliver(afresh, 5)
    with crash_points.kill_at("incoming.after-commit"), pytest.raises(Killed):
        afresh.read()
    Work.objects.update(worker=None)
    afresh.read()
    interrupted, done = line(afresh)
    assert (interrupted.ending, interrupted.listed, interrupted.done) == (Ending.INTERRUPTED, 5, 2)
    assert (done.ending, done.listed, done.done) == (Ending.DONE, 3, 3)


def test_cut_short_by_the_deadline_it_says_so(
    afresh: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "BATCH_MESSAGES", 2)
    monkeypatch.setattr(listed, "ENOUGH_SECONDS", incoming.DEADLINE_SECONDS + 1)
    deliver(afresh, 4)
    afresh.read()
    assert [(row.ending, row.listed, row.done) for row in line(afresh)] == [
        (Ending.GOES_ON, 4, 2),
        (Ending.GOES_ON, 2, 2),
    ]


def test_a_row_holds_the_touches_that_follow_it(
    afresh: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    SystemSettings.objects.update(mark_tracked=True)
    told: list[int] = []
    time_touches = noting.time_touches

    def timed(key: UUID, tally: Tally) -> None:
        told.append(1)
        time_touches(key, tally)

    monkeypatch.setattr(noting, "time_touches", timed)
    deliver(afresh)
    afresh.read()
    assert told == [1]
    assert len(line(afresh)) == 1


@pytest.fixture
def shortened(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(noting, "ROWS_MAX", 3)
    return 3


def test_a_mailbox_has_no_more_rows_than_are_kept(afresh: Company, shortened: int) -> None:
    for number in range(5):
        deliver(afresh, start=number)
        afresh.read()
    assert [row.listed for row in line(afresh)] == [1] * shortened
    assert Cycle.objects.exclude(mailbox=afresh.anna).count() == 0


def test_what_is_sent_and_its_copy_are_rows_of_their_own(afresh: Company) -> None:
    SystemSettings.objects.update(allow_unresolved_recipients=True)
    EmailServerProfile.objects.update(sent_copies=SentCopies.APPEND)
    afresh.world.sent_folders.setdefault("anna", MemorySent())
    afresh.send()
    assert line(afresh) == []
    submit(draft(afresh), "anna", Mailbox.objects.get(pk=afresh.anna.pk))
    afresh.send()
    sent, copied = line(afresh)
    assert (sent.kind, sent.listed, sent.done, sent.failed) == (CycleKind.OUTGOING, 1, 1, 0)
    assert sent.octets > 0
    assert (copied.kind, copied.listed, copied.done) == (CycleKind.COPIES, 1, 1)


def test_steps_are_told_in_milliseconds_and_add_up(afresh: Company) -> None:
    deliver(afresh, 3)
    afresh.read()
    (row,) = line(afresh)
    assert set(row.steps) <= {"prepare", "turn", "connect", "sign-in", "list", "fetch", "record"}
    assert sum(row.steps.values()) <= row.took + len(row.steps)
