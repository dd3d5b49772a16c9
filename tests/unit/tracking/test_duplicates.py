"""Which email of another system's list a message is: by Message-ID, sender and date."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.unit.tracking.made_up import ALICE, LETTER, answers, key, reading

from passerelle.messages import Address
from passerelle.tracking import (
    Direction,
    Filter,
    History,
    Incoming,
    Look,
    Reason,
    Skip,
    StoredEmail,
    TrackingSettings,
    decide,
)
from passerelle.tracking.duplicates import taken_before

MAY = datetime(2026, 5, 1, 10, 0, tzinfo=UTC)
DATED = replace(LETTER, date=MAY)
CARA = "cara@client.example"


def listed(sender: str = CARA, sent_on: datetime | None = MAY) -> StoredEmail:
    return StoredEmail(key(70), Direction.INCOMING, history=History(sender, sent_on))


@pytest.mark.parametrize(
    ("change", "before", "is_it"),
    [
        pytest.param({}, listed(), True, id="its-sender-and-date"),
        pytest.param({}, listed(sender=""), True, id="a-list-without-senders"),
        pytest.param({}, listed(sent_on=None), True, id="a-list-without-dates"),
        pytest.param({"date": None}, listed(), True, id="a-message-without-date"),
        pytest.param({}, listed(sender="leo@lead.example"), False, id="from-another"),
        pytest.param({"sender": None}, listed(), False, id="from-nobody"),
        pytest.param({"sender": None}, listed(sender=""), True, id="from-nobody-in-both"),
        pytest.param(
            {"sender": Address("", "CARA@client.example")}, listed(), True, id="in-another-case"
        ),
        pytest.param({}, listed(sent_on=MAY - timedelta(days=2)), True, id="two-days-before"),
        pytest.param({}, listed(sent_on=MAY + timedelta(days=2)), True, id="two-days-later"),
        pytest.param({}, listed(sent_on=MAY - timedelta(days=2, minutes=1)), False, id="earlier"),
        pytest.param({}, listed(sent_on=MAY + timedelta(days=2, minutes=1)), False, id="later"),
        pytest.param({"message_id": ""}, listed(), False, id="without-a-message-id"),
        pytest.param({"is_sent": True}, listed(), False, id="in-the-other-direction"),
        pytest.param({}, replace(listed(), history=None), False, id="an-email-of-our-own"),
    ],
)
def test_which_email_of_a_list_it_is(
    change: dict[str, object], before: StoredEmail, *, is_it: bool
) -> None:
    incoming: Incoming = replace(DATED, **change)  # type: ignore[arg-type]
    assert (taken_before(incoming, [before]) is not None) is is_it


def test_of_several_it_is_the_first_that_it_can_be() -> None:
    emails = [replace(listed("leo@lead.example"), activityid=key(71)), listed()]
    assert taken_before(DATED, emails) == emails[1]
    assert taken_before(DATED, []) is None


def test_it_is_not_recorded_again() -> None:
    known = replace(answers(), emails={DATED.message_id: (listed(),)})
    (decision,) = decide([DATED], known, TrackingSettings(), reading(ALICE, Filter.ALL))
    assert isinstance(decision, Skip)
    assert (decision.reason, decision.existing) == (Reason.DUPLICATE, key(70))
    assert Look.SAME_HISTORY in [looked.look for looked in decision.looked_at]
