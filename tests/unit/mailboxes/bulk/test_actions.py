"""Each bulk action: what its preview says is what it does, and who is left out and why."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.stored_rows import MadeOnce

from passerelle.crm.models import AuditEntry
from passerelle.engine.services import run_due, state_of
from passerelle.faults.mailboxes import BulkChanged, BulkEmpty, BulkOver
from passerelle.guids import new_guid
from passerelle.mailboxes.bulk import services as bulk
from passerelle.mailboxes.bulk.services import Change, Selection
from passerelle.mailboxes.choosing.services import Wanted
from passerelle.mailboxes.models import BulkAction, EmailServerProfile, Mailbox
from passerelle.mailboxes.models import TestRun as Run
from passerelle.mailboxes.models.bulk import BulkKind, BulkOutcome, BulkState
from passerelle.mailboxes.models.choices import DeliveryMethod, ProcessEmailUsing
from passerelle.mailboxes.services import (
    create_profile,
    create_queue_with_mailbox,
    create_user_with_mailbox,
    save_settings,
    switch_processing,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]

EVERYBODY = Selection(wanted=Wanted())
NONE, OUTLOOK, SERVER_SIDE = DeliveryMethod.NONE, DeliveryMethod.OUTLOOK, DeliveryMethod.SERVER_SIDE
FORWARD = DeliveryMethod.FORWARD
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
Expected = dict[str, str]


def make_company() -> EmailServerProfile:
    """Anna runs; Bert is new; Carl is inactive and without address; Desk a queue; a collector."""
    profile = create_profile(
        "Example", incoming_location="imap.example.com", outgoing_location="smtp.example.com"
    )
    for name in ("Anna", "Bert"):
        create_user_with_mailbox(name, f"{name.lower()}@example.com")
    create_user_with_mailbox("Carl")
    create_queue_with_mailbox("Desk", "desk@example.com")
    Mailbox.objects.create(name="Forward", is_forward_mailbox=True)
    change("Anna", profile=profile, incoming_method=2, outgoing_method=2, approval=1)
    change("Anna", enabled_for_incoming=True, process_email_received_after=NOW)
    change("Carl", statecode=1)
    AuditEntry.objects.all().delete()
    return profile


MADE_ONCE = MadeOnce(make_company)


@pytest.fixture(autouse=True)
def profile(db: None) -> EmailServerProfile:
    """The company's, which is there in each test."""
    return MADE_ONCE.again()


def change(name: str, **columns: Any) -> None:
    Mailbox.objects.filter(name=name).update(**columns)


def run_bulk() -> None:
    run_due(kinds=[bulk.KIND])


def outcomes(action: BulkAction) -> Expected:
    rows = action.items.values_list("mailbox__name", "outcome")
    return {name: outcome for name, outcome in rows if outcome != BulkOutcome.DONE}


def done(action: BulkAction) -> str:
    names = action.items.filter(outcome=BulkOutcome.DONE).values_list("mailbox__name", flat=True)
    return "".join(sorted(name[0] for name in names))


@pytest.mark.parametrize(
    ("wish", "changed", "left_out"),
    [
        pytest.param(
            Change(BulkKind.APPROVE),
            "BD",
            {"Anna": "already", "Carl": "no-address", "Forward": "no-address"},
            id="approve",
        ),
        pytest.param(
            Change(BulkKind.REJECT),
            "ABD",
            {"Carl": "no-address", "Forward": "no-address"},
            id="reject",
        ),
        pytest.param(
            Change(BulkKind.METHODS, incoming=SERVER_SIDE),
            "BCD",
            {"Anna": "already", "Forward": "forward"},
            id="methods-of-one-direction",
        ),
        pytest.param(
            Change(BulkKind.METHODS, incoming=OUTLOOK, outgoing=NONE),
            "ABC",
            {"Desk": "no-outlook", "Forward": "forward"},
            id="a-queue-has-no-outlook",
        ),
        pytest.param(
            Change(BulkKind.METHODS, incoming=FORWARD),
            "ABCD",
            {"Forward": "forward"},
            id="users-and-queues-forward-but-not-a-forward-mailbox",
        ),
        pytest.param(
            Change(BulkKind.PROFILE),
            "",
            dict.fromkeys(("Bert", "Carl", "Desk", "Forward"), "already")
            | {"Anna": "needs-profile"},
            id="an-enabled-mailbox-keeps-a-profile",
        ),
        pytest.param(
            Change(BulkKind.START, start=NOW - timedelta(days=3)), "ABCDF", {}, id="begin-earlier"
        ),
        pytest.param(
            Change(BulkKind.START, start=NOW + timedelta(days=3)),
            "BCDF",
            {"Anna": "not-earlier"},
            id="never-later",
        ),
        pytest.param(
            Change(BulkKind.TEST),
            "A",
            {
                "Carl": "inactive",
                "Bert": "no-profile",
                "Desk": "no-profile",
                "Forward": "no-profile",
            },
            id="test",
        ),
        pytest.param(
            Change(BulkKind.SYNC),
            "",
            dict.fromkeys(("Anna", "Bert", "Carl", "Desk", "Forward"), "router"),
            id="the-router-still-processes",
        ),
        pytest.param(
            Change(BulkKind.OFF),
            "A",
            dict.fromkeys(("Bert", "Carl", "Desk", "Forward"), "already"),
            id="switch-off",
        ),
        pytest.param(Change(BulkKind.DEACTIVATE), "ABDF", {"Carl": "already"}, id="deactivate"),
        pytest.param(
            Change(BulkKind.ACTIVATE),
            "C",
            dict.fromkeys(("Anna", "Bert", "Desk", "Forward"), "already"),
            id="activate",
        ),
    ],
)
def test_preview_and_outcome_agree(wish: Change, changed: str, left_out: Expected) -> None:
    shown = bulk.preview(EVERYBODY, wish)
    assert bulk.consequences(wish)
    action = bulk.start(EVERYBODY, wish, "root", expected=shown.total)
    run_bulk()
    action.refresh_from_db()
    assert (action.state, action.total, action.looked_at) == (BulkState.DONE, 5, 5)
    assert (done(action), outcomes(action)) == (changed, left_out)
    assert (shown.to_do, sum(shown.left_out.values())) == (len(changed), len(left_out))
    assert action.done == len(changed)
    assert dict(bulk.left_out_counts(action)) == dict(shown.left_out)
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("wish", "name", "columns"),
    [
        (Change(BulkKind.APPROVE), "Bert", {"approval": 1}),
        (Change(BulkKind.REJECT), "Anna", {"approval": 3}),
        (Change(BulkKind.METHODS, outgoing=NONE), "Anna", {"outgoing_method": 0}),
        (Change(BulkKind.METHODS, outgoing=NONE), "Anna", {"incoming_method": 2}),
        (Change(BulkKind.METHODS, incoming=FORWARD), "Desk", {"incoming_method": 3}),
        (Change(BulkKind.METHODS, incoming=FORWARD), "Anna", {"outgoing_method": 2}),
        (Change(BulkKind.OFF), "Anna", {"enabled_for_incoming": False}),
        (Change(BulkKind.DEACTIVATE), "Anna", {"statecode": 1, "enabled_for_incoming": True}),
        (Change(BulkKind.ACTIVATE), "Carl", {"statecode": 0}),
        (Change(BulkKind.START, start=NOW), "Bert", {"process_email_received_after": NOW}),
    ],
    ids=lambda value: str(getattr(value, "kind", value)),
)
def test_what_is_written(wish: Change, name: str, columns: dict[str, Any]) -> None:
    bulk.start(EVERYBODY, wish, "root")
    run_bulk()
    assert Mailbox.objects.filter(name=name, **columns).exists()


def test_none_as_the_new_method_stands_in_the_audit() -> None:
    bulk.start(EVERYBODY, Change(BulkKind.METHODS, outgoing=NONE), "root")
    detail = AuditEntry.objects.get().detail
    assert (detail["bulk"], detail["outgoing"]) == ("methods", 0)
    assert not {"incoming", "profile", "start", "test"} & detail.keys()


@pytest.mark.parametrize("there", [True, False], ids=["only-an-inactive-one", "none-at-all"])
def test_nobody_is_set_to_forward_where_no_forward_mailbox_reads(*, there: bool) -> None:
    change("Bert", incoming_method=FORWARD)
    change("Forward", statecode=1)
    if not there:
        Mailbox.objects.filter(name="Forward").delete()
    action = bulk.start(EVERYBODY, Change(BulkKind.METHODS, incoming=FORWARD), "root")
    run_bulk()
    told = outcomes(action)
    assert told.pop("Forward", "forward") == "forward"
    assert told == {**dict.fromkeys(("Anna", "Carl", "Desk"), "no-forward"), "Bert": "already"}
    assert Mailbox.objects.filter(incoming_method=FORWARD).count() == 1


def test_defaults_that_forward_reach_nobody_when_the_last_forward_mailbox_went() -> None:
    change("Forward", incoming_method=SERVER_SIDE)
    save_settings({"default_incoming": FORWARD}, by="root")
    change("Forward", statecode=1)
    action = bulk.start(EVERYBODY, Change(BulkKind.DEFAULTS), "root")
    run_bulk()
    assert set(outcomes(action).values()) == {"forward", "needs-profile", "no-forward"}
    assert not Mailbox.objects.filter(incoming_method=FORWARD).exists()


def test_the_default_settings_reach_users_and_queues(profile: EmailServerProfile) -> None:
    save_settings(
        {"default_profile": profile, "default_incoming": OUTLOOK, "default_outgoing": SERVER_SIDE},
        by="root",
    )
    wish = Change(BulkKind.DEFAULTS)
    shown = bulk.preview(EVERYBODY, bulk.settled(wish))
    action = bulk.start(EVERYBODY, wish, "root")
    run_bulk()
    assert done(action) == "ABCD"
    assert outcomes(action) == {"Forward": "forward"}
    assert shown.to_do == 4
    assert Mailbox.objects.filter(name="Bert", incoming_method=1, outgoing_method=2).exists()
    assert Mailbox.objects.filter(name="Desk", incoming_method=0, profile=profile).exists()
    again = bulk.start(EVERYBODY, wish, "root")
    run_bulk()
    assert set(outcomes(again).values()) == {"already", "forward"}
    bulk.start(EVERYBODY, replace(wish, test=True), "root")
    run_bulk()
    tested = set(Run.objects.values_list("mailbox__name", flat=True))
    assert tested == {"Anna", "Bert", "Desk"}, "nobody tests an inactive mailbox"


def test_a_profile_is_given_and_a_test_asked_for_once(profile: EmailServerProfile) -> None:
    ticked = Selection(keys=tuple(Mailbox.objects.filter(name="Bert").values_list("pk", flat=True)))
    bulk.start(ticked, Change(BulkKind.PROFILE, profile=profile.pk), "root")
    bulk.start(ticked, Change(BulkKind.METHODS, incoming=SERVER_SIDE), "root")
    bulk.start(ticked, Change(BulkKind.TEST), "root")
    run_bulk()
    assert Run.objects.filter(mailbox__name="Bert").count() == 1
    again = bulk.start(ticked, Change(BulkKind.TEST), "root")
    run_bulk()
    assert outcomes(again) == {"Bert": "in-test"}


def test_what_may_run_is_asked_for() -> None:
    switch_processing(ProcessEmailUsing.SERVER_SIDE_SYNCHRONIZATION, by="root")
    save_settings({"require_approval_for_users": True}, by="root")
    change("Bert", enabled_for_incoming=False)
    anna = Mailbox.objects.get(name="Anna")
    action = bulk.start(EVERYBODY, Change(BulkKind.SYNC), "root")
    run_bulk()
    assert done(action) == "A"
    change("Anna", approval=2)
    again = bulk.start(EVERYBODY, Change(BulkKind.SYNC), "root")
    run_bulk()
    assert outcomes(again)["Anna"] == "not-approved"
    assert not state_of("outgoing", [anna.pk])


@pytest.mark.parametrize("approval", [1, 2])
def test_a_forward_mailbox_is_looked_into_once_it_is_approved(
    profile: EmailServerProfile, approval: int
) -> None:
    switch_processing(ProcessEmailUsing.SERVER_SIDE_SYNCHRONIZATION, by="root")
    save_settings({"require_approval_for_users": True}, by="root")
    change("Forward", profile=profile, approval=approval)
    change("Forward", incoming_method=2, enabled_for_incoming=True)
    action = bulk.start(EVERYBODY, Change(BulkKind.SYNC), "root")
    run_bulk()
    left_out = outcomes(action).get("Forward")
    assert left_out == (None if approval == 1 else BulkOutcome.NOT_APPROVED)


def test_a_filter_that_leaves_something_else_starts_nothing() -> None:
    wanted = Selection(wanted=Wanted(kind="users"))
    with pytest.raises(BulkChanged):
        bulk.start(wanted, Change(BulkKind.APPROVE), "root", expected=2)
    with pytest.raises(BulkEmpty):
        bulk.start(Selection(wanted=Wanted(q="nobody")), Change(BulkKind.APPROVE), "root")
    with pytest.raises(BulkEmpty):
        bulk.start(Selection(keys=(new_guid(),)), Change(BulkKind.APPROVE), "root")
    assert not BulkAction.objects.exists()
    assert not AuditEntry.objects.exists()


def test_who_comes_later_is_not_concerned() -> None:
    action = bulk.start(
        Selection(wanted=Wanted(approval="pending")), Change(BulkKind.APPROVE), "root"
    )
    create_user_with_mailbox("Late", "late@example.com")
    Mailbox.objects.filter(name="Bert").delete()
    run_bulk()
    action.refresh_from_db()
    assert (action.state, action.total, action.done) == (BulkState.DONE, 2, 1)
    assert Mailbox.objects.get(name="Late").approval == 2


def test_stopped_it_does_no_more() -> None:
    action = bulk.start(EVERYBODY, Change(BulkKind.APPROVE), "root")
    bulk.stop(action, "root")
    run_bulk()
    assert Mailbox.objects.get(name="Bert").approval == 2
    with pytest.raises(BulkOver):
        bulk.stop(action, "root")


def test_old_accounts_are_removed() -> None:
    old = bulk.start(EVERYBODY, Change(BulkKind.APPROVE), "root")
    run_bulk()
    BulkAction.objects.update(finished_on=datetime.now(UTC) - timedelta(days=91))
    bulk.start(EVERYBODY, Change(BulkKind.APPROVE), "root")
    assert not BulkAction.objects.filter(pk=old.pk).exists()


@pytest.mark.parametrize(
    "wish",
    [
        Change(BulkKind.METHODS, incoming=SERVER_SIDE),
        Change(BulkKind.START, start=NOW),
        Change(BulkKind.PROFILE, profile=new_guid()),
        Change(BulkKind.DEFAULTS, outgoing=OUTLOOK, test=True),
    ],
    ids=lambda wish: wish.kind.value,
)
def test_a_change_is_read_as_it_was_stored(wish: Change) -> None:
    assert bulk.change_of(wish.kind, wish.stored()) == wish
