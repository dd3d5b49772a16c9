"""Which profiles are out of work: the shares, by the engine's work, in one query."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from passerelle.engine.models import Work
from passerelle.mailboxes.models import EmailServerProfile, Mailbox
from passerelle.mailboxes.models.profile import State
from passerelle.mailboxes.services import create_profile, create_user_with_mailbox
from passerelle.monitoring.outages.measuring import Share, outages, shares

CODE = "PSR-NET-004"


def share(mailboxes: int, failing: int, lately: int) -> Share:
    return Share(uuid4(), "Company", mailboxes, failing, lately)


@pytest.mark.parametrize(
    ("found", "begins", "lasts"),
    [
        pytest.param(share(4, 2, 2), True, True, id="half-is-enough"),
        pytest.param(share(5, 2, 2), False, False, id="less-than-half-is-not"),
        pytest.param(share(1, 1, 1), False, False, id="one-mailbox-is-its-own-alert"),
        pytest.param(share(2, 2, 2), True, True, id="both-of-two"),
        pytest.param(share(4, 2, 1), False, True, id="long-failing-lasts-and-does-not-begin"),
        pytest.param(share(40_000, 20_000, 20_000), True, True, id="many"),
    ],
)
def test_an_outage_begins_and_lasts(found: Share, begins: bool, lasts: bool) -> None:
    assert (found.begins, found.lasts) == (begins, lasts)


def failed(mailbox: Mailbox, kind: str = "incoming", ago: timedelta = timedelta()) -> None:
    Work.objects.create(
        kind=kind, key=mailbox.pk, last_code=CODE, last_finished_on=timezone.now() - ago
    )


def made(profile: EmailServerProfile, count: int, **columns: object) -> list[Mailbox]:
    boxes = [
        create_user_with_mailbox("Some One", f"{uuid4().hex}@example.com").mailbox
        for _ in range(count)
    ]
    enabled = {"profile": profile, "enabled_for_incoming": True} | columns
    Mailbox.objects.filter(pk__in=[box.pk for box in boxes]).update(**enabled)
    return boxes


def now() -> datetime:
    return timezone.now()


@pytest.mark.django_db
@pytest.mark.database
class TestShares:
    def test_all_profiles_are_one_query(self) -> None:
        for number in range(3):
            for box in made(create_profile(f"Profile {number}"), 2):
                failed(box)
        with CaptureQueriesContext(connection) as queries:
            found = shares(now())
        assert [(one.mailboxes, one.failing, one.lately) for one in found] == [(2, 2, 2)] * 3
        assert len(queries) == 1

    @pytest.mark.parametrize(
        "columns",
        [
            pytest.param({"enabled_for_incoming": False}, id="not enabled"),
            pytest.param({"statecode": State.INACTIVE}, id="inactive"),
            pytest.param(
                {"enabled_for_incoming": False, "enabled_for_outgoing": True},
                id="enabled for the other direction",
            ),
        ],
    )
    def test_what_does_not_run_does_not_fail(self, columns: dict[str, object]) -> None:
        for box in made(create_profile("Company"), 2, **columns):
            failed(box)
        assert shares(now()) == []

    def test_an_inactive_profile_has_no_outage(self) -> None:
        for box in made(create_profile("Company", statecode=State.INACTIVE), 2):
            failed(box)
        assert shares(now()) == []

    def test_both_directions_of_a_mailbox_count_once(self) -> None:
        profile = create_profile("Company")
        for box in made(profile, 2, enabled_for_outgoing=True):
            failed(box)
            failed(box, "outgoing")
        assert [one.failing for one in shares(now())] == [2]

    def test_an_hour_ago_is_too_long_ago_to_begin_and_lasts_for_what_is_known(self) -> None:
        profile = create_profile("Company")
        for box in made(profile, 2):
            failed(box, ago=timedelta(minutes=61))
        assert outages([], now()) == []
        assert [one.profile_id for one in outages([profile.pk], now())] == [profile.pk]
