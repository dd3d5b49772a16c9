"""What becomes of a report on an email that was sent from here, as the organization chose."""

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.tracking.made_up import ALICE, SENT, answers, letter, reading

from passerelle.tracking import (
    Complete,
    Filter,
    Look,
    Reason,
    Reported,
    TrackingSettings,
    decide,
    replay,
)

SENT_ID = "<sent@firm.example>"


@pytest.mark.parametrize(
    ("confirms", "settings", "expected"),
    [
        pytest.param(False, {}, Reason.BOUNCE, id="a failure becomes an email at first"),
        pytest.param(
            False, {"bounces_tracked": False}, Reason.REPORT_NOTED, id="or marks the recipient only"
        ),
        pytest.param(True, {}, Reason.REPORT_NOTED, id="a receipt marks the recipient only"),
        pytest.param(True, {"receipts_tracked": True}, Reason.RECEIPT, id="or becomes an email"),
    ],
)
@pytest.mark.parametrize("option", [Filter.ALL, Filter.NONE])
def test_what_becomes_of_it_whatever_anybody_takes(
    settings: dict[str, Any], expected: Reason, option: Filter, *, confirms: bool
) -> None:
    known = replace(answers(), emails={SENT_ID: (SENT,)})
    report = letter(reports=(SENT_ID,), confirms=confirms)
    organization = TrackingSettings(**settings)
    (decision,) = decide([report], known, organization, reading(ALICE, option))
    assert decision.reason is expected
    assert not isinstance(decision, Complete)
    assert decision.case is not None
    assert decision.case.reported is (Reported.RECEIPT if confirms else Reported.BOUNCE)
    assert replay(decision.case, organization) is expected
    assert Look.REPORTS_SENT in [looked.look for looked in decision.looked_at]


def test_a_server_reports_without_any_sender() -> None:
    known = replace(answers(), emails={SENT_ID: (SENT,)})
    box, settings = reading(ALICE, Filter.NONE), TrackingSettings()
    (decision,) = decide([letter(reports=(SENT_ID,), sender=None)], known, settings, box)
    assert decision.reason is Reason.BOUNCE
    (decision,) = decide([letter(reports=("<x@y>",), sender=None)], known, settings, box)
    assert decision.reason is Reason.INVALID_SENDER


def test_a_report_on_no_email_of_ours_goes_on_as_any_other() -> None:
    report = letter(reports=(SENT_ID,), confirms=True)
    (decision,) = decide([report], answers(), TrackingSettings(), reading(ALICE, Filter.ALL))
    assert decision.reason is Reason.ACCEPT_ALL
