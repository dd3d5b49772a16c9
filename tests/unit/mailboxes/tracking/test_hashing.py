"""Smart matching that is switched on: older emails are taken in by and by, from the newest back."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.utils import timezone
from tests.unit.statements import survives_any_kill

from passerelle.crm.models import ActivityParty, Email, EmailHash, EmailHashing
from passerelle.crm.models.emails import EmailState, EmailStatus
from passerelle.crm.services import hash_some, hashing
from passerelle.engine.models import Work
from passerelle.engine.services import Killed, crash_points, run_due
from passerelle.mailboxes.services import formats_unless_off, save_tracking_rules
from passerelle.mailboxes.tracking.kind import CRASH_POINTS, EMAIL_HASHES

pytestmark = [pytest.mark.django_db, pytest.mark.database]

FORMS = ()


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
    steps = [hash_some(FORMS, limit=3) for _ in range(5)]
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
    while hash_some(FORMS):
        pass
    assert kept() == {5}


def test_switched_off_it_rests_and_switched_on_again_it_begins_anew() -> None:
    email(1)
    save_tracking_rules({"smart_matching": True}, by="zoe")
    save_tracking_rules({"smart_matching": False}, by="zoe")
    run_due(kinds=[EMAIL_HASHES])
    assert (kept(), formats_unless_off()) == (set(), None)
    save_tracking_rules({"smart_matching": True}, by="zoe")
    run_due(kinds=[EMAIL_HASHES])
    assert kept() == {1}


def test_saved_as_it_is_nothing_begins() -> None:
    save_tracking_rules({"smart_matching": True}, by="zoe")
    EmailHashing.objects.all().delete()
    save_tracking_rules({"smart_matching": True, "smart_matching_trusted": True}, by="zoe")
    assert hashing() is None


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


def test_killed_at_any_statement_nothing_is_passed_by() -> None:
    for number in range(1, 6):
        email(number)
    save_tracking_rules({"smart_matching": True}, by="zoe")
    steps = []

    def step() -> None:
        steps.append(hash_some(FORMS, limit=3))

    def stands() -> object:
        row = EmailHashing.objects.get()
        return kept(), row.at_on, row.at_email, row.emails, row.ended_on

    while not steps or steps[-1]:
        assert survives_any_kill(step, stands) > 1
    assert (steps, kept()) == ([True, True, False], {1, 2, 3, 4, 5})
    assert EmailHashing.objects.get().emails == 5
