"""The rules of tracking as they are stored: ours at first, changed by name, audited once."""

import pytest
from django.core.exceptions import ValidationError

from passerelle.crm.models import AuditEntry
from passerelle.mailboxes.models import TrackingRules
from passerelle.mailboxes.services import save_settings, save_tracking_rules, tracking_rules

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_at_first_they_are_ours_and_reading_them_writes_nothing() -> None:
    rules = tracking_rules()
    assert (rules.forced_filter, rules.own_filter_only, rules.item_for_read_queue) == (
        -1,
        False,
        True,
    )
    assert not TrackingRules.objects.exists()


def test_a_change_is_kept_and_audited_once() -> None:
    save_tracking_rules({"forced_filter": 4, "items_for_tracked": True}, by="zoe")
    save_tracking_rules({"forced_filter": 4}, by="zoe")
    stored = tracking_rules()
    assert (stored.forced_filter, stored.items_for_tracked) == (4, True)
    [entry] = AuditEntry.objects.all()
    assert (entry.action, entry.subject_kind, entry.username) == (
        "settings.changed",
        "trackingsettings",
        "zoe",
    )
    assert entry.detail == {"forced_filter": [-1, 4], "items_for_tracked": [False, True]}


@pytest.mark.parametrize("forced", [-2, 5, None, "x"])
def test_an_option_that_is_none_is_refused_by_its_field(forced: object) -> None:
    with pytest.raises(ValidationError) as caught:
        save_tracking_rules({"forced_filter": forced, "items_for_tracked": True}, by="zoe")
    assert set(caught.value.message_dict) == {"forced_filter"}
    assert not tracking_rules().items_for_tracked
    assert not AuditEntry.objects.exists()


def test_what_is_no_rule_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError, match="only"):
        save_tracking_rules({"only": False}, by="zoe")


def test_a_format_of_tokens_that_is_changed_is_read_on() -> None:
    for prefix in ("NEW:", "NEWER:", "CRM:", "CRM:"):
        save_settings({"tracking_prefix": prefix}, by="zoe")
    assert tracking_rules().earlier_tokens.splitlines() == ["NEWER: 3 3", "NEW: 3 3", "CRM: 3 3"]
    save_settings({"tracking_base": 500, "polling_seconds": 60}, by="zoe")
    assert len(tracking_rules().earlier_tokens.splitlines()) == 3


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        pytest.param("CRM: 3 3\nCRM: x", "“CRM: x” is not a prefix", id="no-format"),
        pytest.param("CRM: 3 3\n" * 11, "At most 10 earlier tokens", id="too-many"),
    ],
)
def test_lines_that_are_no_formats_are_refused(lines: str, said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        save_tracking_rules({"earlier_tokens": lines}, by="zoe")
    assert set(caught.value.message_dict) == {"earlier_tokens"}
    assert said in str(caught.value)
