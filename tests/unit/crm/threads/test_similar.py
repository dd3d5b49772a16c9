"""Questions of smart matching that share a statement: each is answered as if asked alone."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from passerelle.crm.models import Email, EmailHash, EmailHashVariant
from passerelle.crm.models.mail.emails import EmailState, EmailStatus
from passerelle.crm.services import kept_of, load_kept, similar_to
from passerelle.crm.threads import similar
from passerelle.tracking import LIKELY_MOST, REACHES_BACK, MatchingRules, Sought, subject_digests

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR, INSTANT = timedelta(hours=1), timedelta(microseconds=1)
PEOPLE = ("anna@example.com", "clara@customer.example")
ALIKE, NEARLY = MatchingRules(), MatchingRules(words_apart=1)


def keep(subject: str, written_on: datetime, rules: MatchingRules) -> UUID:
    number = Email.objects.count()
    email = Email.objects.create(
        subject=subject,
        statecode=EmailState.COMPLETED,
        statuscode=EmailStatus.RECEIVED,
        sent_on=written_on,
        created_on=written_on,
        identity=number.to_bytes(32),
    )
    kept = kept_of(email, PEOPLE, written_on, rules)
    assert kept
    load_kept([kept])
    return email.pk


def sought(subject: str, before: datetime, rules: MatchingRules) -> Sought:
    return Sought(subject_digests(subject, rules), before)


def found(*asked: Sought, rules: MatchingRules = ALIKE) -> set[UUID]:
    answers = similar_to(asked, rules).values()
    return {one.email.activityid for under in answers for one in under}


@pytest.mark.parametrize("rules", [ALIKE, NEARLY], ids=["whole", "nearly"])
@pytest.mark.parametrize("at_once", [1, 2, 400])
def test_each_is_asked_for_its_own_words_and_its_own_time(
    rules: MatchingRules, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(similar, "MESSAGES_AT_ONCE", at_once)
    pump, valve = "Delivery of the pump", "Repair of a broken valve"
    keep(pump, NOON - REACHES_BACK - INSTANT, rules)
    pumps = {keep(pump, NOON - ago, rules) for ago in (REACHES_BACK, INSTANT)}
    keep(pump, NOON, rules)
    valves = {keep(valve, NOON + later, rules) for later in (-HOUR, HOUR)}
    keep(valve, NOON + 2 * HOUR, rules)
    asked = {
        sought(pump, NOON, rules): pumps,
        sought(valve, NOON + 2 * HOUR, rules): valves,
        sought("Nothing of the kind", NOON, rules): set(),
    }
    assert [found(one, rules=rules) for one in asked] == list(asked.values())
    assert found(*asked, rules=rules) == pumps | valves


def test_of_a_crowd_the_newest_are_read_for_each() -> None:
    crowd = [keep("Weekly report", NOON + n * HOUR, ALIKE) for n in range(LIKELY_MOST + 10)]
    before = NOON + (LIKELY_MOST + 5) * HOUR
    assert found(sought("Weekly report", before, ALIKE)) == set(crowd[5 : LIKELY_MOST + 5])


def test_of_a_crowd_in_many_ways_the_newest_of_all_are_read_for_each() -> None:
    kinds = ("Weekly report of north", "Weekly report of south", "Weekly report of east")
    crowd = [keep(kinds[n % 3], NOON + n * HOUR, NEARLY) for n in range(LIKELY_MOST + 10)]
    for until in (LIKELY_MOST + 5, LIKELY_MOST + 9):
        asked = sought(kinds[0], NOON + until * HOUR, NEARLY)
        assert found(asked, rules=NEARLY) == set(crowd[until - LIKELY_MOST : until])
    together = [sought(one, NOON + n * HOUR, NEARLY) for n, one in enumerate(kinds, LIKELY_MOST)]
    each = [found(one, rules=NEARLY) for one in together]
    assert found(*together, rules=NEARLY) == set().union(*each)


FEW = 3  # newest of each, so that a few emails are a crowd
subjects = st.permutations(["pump", "valve", "report", "north", "south", "late"]).flatmap(
    lambda words: st.integers(2, len(words)).map(lambda some: " ".join(words[:some]))
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    written=st.lists(subjects, max_size=8),
    asked=st.lists(st.tuples(subjects, st.integers(0, 8)), min_size=1, max_size=5),
    apart=st.integers(0, 3),
)
@example(  # all of them in every way to leave words out
    written=["pump valve report north south late"] * 8,
    asked=[("late south north report valve pump", 7), ("pump valve report north south", 8)],
    apart=2,
)
def test_what_is_found_is_the_newest_that_share_a_digest(
    written: list[str],
    asked: list[tuple[str, int]],
    apart: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(similar, "LIKELY_MOST", FEW)
    for model in (Email, EmailHash, EmailHashVariant):
        model._default_manager.all().delete()
    rules = MatchingRules(words_apart=apart)
    keys = [keep(subject, NOON + n * HOUR, rules) for n, subject in enumerate(written)]
    digests = [set(subject_digests(subject, rules)) for subject in written]
    for subject, until in asked:
        ways = sought(subject, NOON + until * HOUR, rules)
        alike = [n for n in range(len(written)) if n < until and digests[n] & set(ways.subjects)]
        assert found(ways, rules=rules) == {keys[n] for n in alike[-FEW:]}


def test_nothing_is_asked_where_nothing_is_sought() -> None:
    assert similar_to((), ALIKE) == {}
