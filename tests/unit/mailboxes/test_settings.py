"""System settings and the switch."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.unit.mailboxes.conftest import MailboxMaker

from passerelle.engine.services import state_of
from passerelle.mailboxes.models import Mailbox, SystemSettings
from passerelle.mailboxes.models.choices import DeliveryMethod, ProcessEmailUsing
from passerelle.mailboxes.services import (
    create_forward_mailbox,
    create_queue_with_mailbox,
    save_settings,
    switch_processing,
    system_settings,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]
ROUTER, OURS = ProcessEmailUsing.EMAIL_ROUTER, ProcessEmailUsing.SERVER_SIDE_SYNCHRONIZATION


def due(kind: str, mailbox: Mailbox) -> bool:
    return mailbox.pk in state_of(kind, [mailbox.pk])


def test_the_row_is_made_once_with_our_defaults() -> None:
    assert system_settings() == system_settings()
    assert SystemSettings.objects.count() == 1
    assert system_settings().process_email_using == ROUTER


def test_settings_are_saved_by_name() -> None:
    save_settings({"tracking_prefix": "PSR:", "polling_seconds": 30}, by="root")
    assert (system_settings().tracking_prefix, system_settings().polling_seconds) == ("PSR:", 30)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("tracking_prefix", "1CRM:", id="a-prefix-begins-with-no-digit"),
        pytest.param("tracking_prefix", "C RM:", id="a-prefix-holds-no-space"),
        pytest.param("tracking_prefix", "", id="a-prefix-is-not-empty"),
        pytest.param("tracking_user_digits", 11, id="too-many-digits"),
        pytest.param("polling_seconds", 4, id="polling-too-often"),
        pytest.param("tracked_keyword", "two words", id="a-keyword-is-an-atom"),
        pytest.param("default_incoming", DeliveryMethod.FORWARD, id="no-forward-mailbox-is-there"),
        pytest.param("default_outgoing", DeliveryMethod.FORWARD, id="never-out-by-forwarding"),
    ],
)
def test_a_bad_value_is_refused_by_its_field(name: str, value: object) -> None:
    before = getattr(system_settings(), name)
    with pytest.raises(ValidationError) as caught:
        save_settings({name: value}, by="root")
    assert set(caught.value.message_dict) == {name}
    assert getattr(system_settings(), name) == before


def test_new_mailboxes_may_forward_once_there_is_a_mailbox_to_forward_to() -> None:
    create_forward_mailbox("Collector", "collector@example.com")
    save_settings({"default_incoming": DeliveryMethod.FORWARD}, by="root")
    assert create_queue_with_mailbox("Desk").mailbox.incoming_method == DeliveryMethod.FORWARD
    collector = Mailbox.objects.get(is_forward_mailbox=True)
    assert collector.incoming_method == DeliveryMethod.SERVER_SIDE, "it receives itself"
    with pytest.raises(ValidationError):
        save_settings({"default_outgoing": DeliveryMethod.FORWARD}, by="root")


@pytest.mark.parametrize("name", ["process_email_using", "processing_since", "only"])
def test_the_switch_is_no_setting_of_the_form(name: str) -> None:
    with pytest.raises(TypeError):
        save_settings({name: 1}, by="root")


def test_the_switch_asks_for_all_that_is_enabled_and_for_nothing_else(
    make_mailbox: MailboxMaker,
) -> None:
    both = make_mailbox("anna", enabled_for_incoming=True, enabled_for_outgoing=True)
    half = make_mailbox("bert", enabled_for_outgoing=True)
    none = make_mailbox("carl")
    pending = make_mailbox("dora", enabled_for_incoming=True, approval=2)
    assert switch_processing(OURS, by="root").processing_since is not None
    assert [due("incoming", box) for box in (both, half, none, pending)] == [1, 0, 0, 0]
    assert [due("outgoing", box) for box in (both, half, none, pending)] == [1, 1, 0, 0]


def test_switching_back_and_to_where_it_is() -> None:
    first = switch_processing(OURS, by="root").processing_since
    assert switch_processing(OURS, by="root").processing_since == first
    assert switch_processing(ROUTER, by="root").processing_since is None


def test_approval_that_is_no_longer_required_frees_who_waited(make_mailbox: MailboxMaker) -> None:
    switch_processing(OURS, by="root")
    pending = make_mailbox("dora", enabled_for_incoming=True, approval=2)
    save_settings({"require_approval_for_users": False}, by="root")
    assert due("incoming", pending)


def test_any_number_of_mailboxes_is_asked_in_as_many_queries(make_mailbox: MailboxMaker) -> None:
    counts = []
    for number in range(2):
        for box in range(number * 5, number * 5 + 5):
            make_mailbox(f"user{box}", enabled_for_incoming=True)
        with CaptureQueriesContext(connection) as captured:
            switch_processing(OURS, by="root")
        counts.append(len(captured))
        switch_processing(ROUTER, by="root")
    assert counts[0] == counts[1]
