"""Smart matching that is switched on: older emails are taken in by and by, from the newest back."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from tests.unit.statements import survives_any_kill

from passerelle.crm.models import ActivityParty, Email, EmailHash, EmailHashing, EmailHashVariant
from passerelle.crm.models.mail.emails import EmailState, EmailStatus
from passerelle.crm.services import hash_some, hashing
from passerelle.crm.threads import similar
from passerelle.engine.models import Work
from passerelle.engine.services import Killed, crash_points, run_due
from passerelle.mailboxes.services import matching_unless_off, save_tracking_rules
from passerelle.mailboxes.tracking.kind import CRASH_POINTS, EMAIL_HASHES
from passerelle.tracking import MatchingRules

pytestmark = [pytest.mark.django_db, pytest.mark.database]

RULES = MatchingRules()


def email(number: int, when: datetime | None = None) -> None:
    made = Email.objects.create(
        activity_id=UUID(int=number),
        subject=f"Matter number {number}",
        statecode=EmailState.COMPLETED,
        statuscode=EmailStatus.RECEIVED,
        created_on=when or timezone.now() - timedelta(hours=number),
        identity=number.to_bytes(32, "big"),
        text_digest=bytes(32),
    )
    ActivityParty.objects.bulk_create(
        ActivityParty(email=made, participation=2, address_used=f"{name}@x.example")
        for name in ("a", "b")
    )


def kept() -> set[int]:
    return {key.int for key in EmailHash.objects.values_list("email_id", flat=True)}


def run_to_the_end() -> None:
    """A rest is over at once, and so is the lease of a dead worker."""
    work = Work.objects.filter(kind=EMAIL_HASHES)
    while work.exclude(due_on=None).exists():
        work.update(due_on=timezone.now(), worker=None, leased_on=None)
        run_due(kinds=[EMAIL_HASHES])


def test_switched_on_it_takes_in_what_is_here_and_says_so() -> None:
    for number in range(1, 8):
        email(number)
    save_tracking_rules({"smart_matching": True}, by="zoe")
    run_to_the_end()
    assert kept() == set(range(1, 8))
    done = hashing()
    assert done is not None
    assert (done.emails, done.ended_on is None) == (7, False)


@pytest.mark.parametrize("same_moment", [False, True])
def test_bit_by_bit_each_is_taken_in_once(*, same_moment: bool) -> None:
    moment = timezone.now() - timedelta(days=1)
    for number in range(1, 8):
        email(number, moment if same_moment else None)
    save_tracking_rules({"smart_matching": True}, by="zoe")
    steps = [hash_some(lambda: RULES, limit=3) for _ in range(5)]
    assert steps == [True, True, True, False, False]
    assert kept() == set(range(1, 8))
    assert EmailHashing.objects.get().emails == 7


def test_what_is_too_old_a_draft_or_says_too_little_is_left_out() -> None:
    email(1, timezone.now() - timedelta(days=91))
    for number in range(2, 6):
        email(number)
    draft = {"statecode": EmailState.OPEN, "statuscode": EmailStatus.DRAFT}
    Email.objects.filter(pk=UUID(int=2)).update(**draft)
    Email.objects.filter(pk=UUID(int=3)).update(subject="Matter")
    ActivityParty.objects.filter(email=UUID(int=4), address_used__startswith="a").delete()
    save_tracking_rules({"smart_matching": True}, by="zoe")
    while hash_some(lambda: RULES):
        pass
    assert kept() == {5}


def test_switched_off_it_rests_and_switched_on_again_it_begins_anew() -> None:
    email(1)
    save_tracking_rules({"smart_matching": True}, by="zoe")
    save_tracking_rules({"smart_matching": False}, by="zoe")
    run_due(kinds=[EMAIL_HASHES])
    assert (kept(), matching_unless_off()) == (set(), None)
    save_tracking_rules({"smart_matching": True}, by="zoe")
    run_due(kinds=[EMAIL_HASHES])
    assert kept() == {1}


def test_saved_as_it_is_nothing_begins() -> None:
    save_tracking_rules({"smart_matching": True}, by="zoe")
    EmailHashing.objects.all().delete()
    save_tracking_rules({"smart_matching": True, "smart_matching_trusted": True}, by="zoe")
    assert hashing() is None


# -- changed


def variants() -> dict[int, int]:
    """How many are kept of each email."""
    rows = EmailHashVariant.objects.values_list("email_id", flat=True)
    return dict(Counter(key.int for key in rows))


@pytest.mark.parametrize(
    ("changes", "each"),
    [
        pytest.param({"words_apart": 1}, 4, id="words-apart"),
        pytest.param({"words_apart": 1, "words_ignored": "matter"}, 1, id="words-that-count"),
        pytest.param({"words_apart": 1, "people_least": 3}, None, id="people-in-common"),
        pytest.param({"words_apart": 1, "hashes_most": 5}, 4, id="as-many-as-there-are"),
    ],
)
def test_other_rules_are_worked_in(changes: dict[str, object], each: int | None) -> None:
    for number in range(1, 4):
        email(number)
    save_tracking_rules({"smart_matching": True}, by="zoe")
    run_to_the_end()
    before = kept()
    assert (before, variants()) == ({1, 2, 3}, {})
    save_tracking_rules(changes, by="zoe")
    run_to_the_end()
    assert kept() == (before if each else set())
    assert variants() == ({1: each, 2: each, 3: each} if each else {})


def test_back_at_the_same_words_no_variant_stays() -> None:
    for number in range(1, 4):
        email(number)
    save_tracking_rules({"smart_matching": True, "words_apart": 1}, by="zoe")
    run_to_the_end()
    too_old = timezone.now() - timedelta(days=91)
    Email.objects.filter(pk=UUID(int=3)).update(created_on=too_old)
    save_tracking_rules({"words_apart": 0}, by="zoe")
    run_to_the_end()
    assert (kept(), variants()) == ({1, 2, 3}, {})


def test_of_emails_that_are_too_old_the_former_variants_go_bit_by_bit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(similar, "VARIANTS_AT_ONCE", 3)
    email(1)
    save_tracking_rules({"smart_matching": True, "words_apart": 1}, by="zoe")
    run_to_the_end()
    Email.objects.update(created_on=timezone.now() - timedelta(days=91))
    email(2)
    save_tracking_rules({"words_apart": 2}, by="zoe")
    steps = [hash_some(lambda: MatchingRules(words_apart=2)) for _ in range(4)]
    assert steps == [True, True, True, False]
    assert variants() == {2: 4}


def test_what_changes_nothing_of_it_begins_nothing() -> None:
    save_tracking_rules({"smart_matching": True, "words_apart": 1}, by="zoe")
    EmailHashing.objects.all().delete()
    save_tracking_rules({"words_apart": 1, "earlier_tokens": "SD# 3 3"}, by="zoe")
    assert hashing() is None
    save_tracking_rules({"smart_matching": False, "words_apart": 2}, by="zoe")
    assert hashing() is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("words_apart", 4, id="four-words"),
        pytest.param("people_least", 0, id="nobody"),
        pytest.param("people_least", 11, id="too-many-people"),
        pytest.param("hashes_most", 4, id="too-few-hashes"),
        pytest.param("hashes_most", 21, id="too-many-hashes"),
        pytest.param("words_ignored", "extern *", id="any-word"),
        pytest.param("words_ignored", "x\n" * 51, id="too-many-lines"),
    ],
)
def test_what_is_refused(name: str, value: object) -> None:
    with pytest.raises(ValidationError) as caught:
        save_tracking_rules({name: value}, by="zoe")
    assert set(caught.value.message_dict) == {name}


# -- killed


@pytest.mark.parametrize("point", CRASH_POINTS)
def test_killed_between_its_steps_it_goes_on(point: str) -> None:
    for number in range(1, 8):
        email(number)
    save_tracking_rules({"smart_matching": True}, by="zoe")
    with crash_points.kill_at(point), pytest.raises(Killed):
        run_to_the_end()
    run_to_the_end()
    done = hashing()
    assert done is not None
    assert (kept(), done.emails, done.ended_on is None) == (set(range(1, 8)), 7, False)


def test_killed_at_any_statement_while_other_rules_are_worked_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(similar, "VARIANTS_AT_ONCE", 6)
    for number in range(1, 4):
        email(number)
    save_tracking_rules({"smart_matching": True, "words_apart": 1}, by="zoe")
    run_to_the_end()
    too_old = timezone.now() - timedelta(days=91)
    Email.objects.filter(pk__in=[UUID(int=2), UUID(int=3)]).update(created_on=too_old)
    save_tracking_rules({"words_apart": 2}, by="zoe")
    steps = []

    def step() -> None:
        steps.append(hash_some(lambda: MatchingRules(words_apart=2)))

    def stands() -> object:
        row = EmailHashing.objects.get()
        return variants(), row.at_on, row.at_email, row.emails, row.ended_on

    while not steps or steps[-1]:
        assert survives_any_kill(step, stands) > 1
    assert (steps, variants()) == ([True, True, True, False], {1: 4})


def test_killed_at_any_statement_nothing_is_passed_by() -> None:
    for number in range(1, 6):
        email(number)
    save_tracking_rules({"smart_matching": True}, by="zoe")
    steps = []

    def step() -> None:
        steps.append(hash_some(lambda: RULES, limit=3))

    def stands() -> object:
        row = EmailHashing.objects.get()
        return kept(), row.at_on, row.at_email, row.emails, row.ended_on

    while not steps or steps[-1]:
        assert survives_any_kill(step, stands) > 1
    assert (steps, kept()) == ([True, True, False], {1, 2, 3, 4, 5})
    assert EmailHashing.objects.get().emails == 5
