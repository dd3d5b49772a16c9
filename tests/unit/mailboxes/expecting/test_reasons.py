"""The reason why a direction runs when it does: one row a sentence of the specification."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from passerelle.mailboxes.expecting.reasons import Facts, InWave, Why, why
from passerelle.mailboxes.expecting.sentences import SENTENCES

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
SOON, PAST = NOW + timedelta(minutes=5), NOW - timedelta(minutes=5)
RUNS = Facts(now=NOW, incoming=True, enabled=True, due_on=SOON)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, Why.POLLING, id="it-is-looked-into-every-so-often"),
        pytest.param({"enabled": False, "hindered": True}, Why.HINDERED, id="not-enabled"),
        pytest.param(
            {"enabled": False, "wave": InWave("a", 2, SOON)}, Why.WAVE, id="its-wave-comes"
        ),
        pytest.param(
            {"enabled": False, "wave": InWave("a", 2, None)}, Why.WAVE_PAUSED, id="but-is-paused"
        ),
        pytest.param({"by_router": True}, Why.SWITCH, id="the-router-still-reads"),
        pytest.param(
            {"by_router": True, "enabled": False}, Why.HINDERED, id="a-test-comes-before-the-switch"
        ),
        pytest.param({"hindered": True}, Why.HINDERED, id="somebody-must-change-something"),
        pytest.param({"running_since": PAST}, Why.RUNNING, id="it-runs"),
        pytest.param({"refused_until": SOON}, Why.REFUSED, id="its-credentials-rest"),
        pytest.param({"refused_until": PAST}, Why.POLLING, id="a-refusal-that-is-over"),
        pytest.param({"failed": True}, Why.BACK_OFF, id="after-a-fault-the-gap-grows"),
        pytest.param(
            {"failed": True, "due_on": None}, Why.AFTER_CHANGE, id="or-a-person-is-needed"
        ),
        pytest.param({"due_on": None}, Why.NOT_ASKED, id="nobody-asked"),
        pytest.param(
            {"due_on": None, "incoming": False}, Why.NOTHING_TO_SEND, id="nothing-to-send"
        ),
        pytest.param({"incoming": False}, Why.EMAIL_DUE, id="an-email-has-its-time"),
        pytest.param({"due_on": PAST}, Why.ANY_MOMENT, id="it-is-due"),
        pytest.param({"due_on": PAST, "workers": False}, Why.NO_WORKER, id="but-nobody-works"),
        pytest.param({"due_on": PAST, "lane_full": True}, Why.LANE_FULL, id="its-profile-is-busy"),
        pytest.param({"due_on": PAST, "host_full": True}, Why.HOST_FULL, id="its-server-is-busy"),
    ],
)
def test_why(changes: dict[str, Any], expected: Why) -> None:
    assert why(replace(RUNS, **changes)) == expected


def test_each_reason_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Why)
