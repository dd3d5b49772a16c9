"""The list of mailboxes and what is done to many of them: preview, start, account."""

from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.unit.web.conftest import World, sign_in_account, signed_in

from passerelle.crm.models.people import Role
from passerelle.engine.services import run_due
from passerelle.mailboxes.models import BulkAction, Mailbox
from passerelle.mailboxes.models.bulk import BulkKind, BulkState
from passerelle.mailboxes.services import create_forward_mailbox

pytestmark = [pytest.mark.django_db, pytest.mark.database]
LIST, BULK = "/mailboxes/", "/mailboxes/bulk/"


def shown(client: Client, address: str, **query: str) -> str:
    response = client.get(f"{address}?{urlencode(query)}")
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_says_how_each_direction_stands(world: World, as_administrator: Client) -> None:
    Mailbox.objects.filter(pk=world.mailbox.pk).update(
        profile=world.profile, incoming_method=2, outgoing_method=1, enabled_for_incoming=True
    )
    html = shown(as_administrator, LIST, q="ann")
    assert "Ready for the switch" in html
    assert "Outlook synchronization" in html
    assert "1 alert" in html
    assert "Bob Example" not in html


def test_the_queries_of_the_list_do_not_grow_with_its_rows(
    world: World, as_administrator: Client
) -> None:
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            shown(as_administrator, LIST)
        counts.append(len(queries))
        Mailbox.objects.bulk_create(
            Mailbox(name=f"Box {number}", is_forward_mailbox=True) for number in range(30)
        )
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    "query",
    [
        pytest.param({"kind": "cats"}, id="an-unknown-filter"),
        pytest.param({"profile": "'; DROP"}, id="no-guid"),
        pytest.param({"q": "\0%_" * 100}, id="odd-words"),
        pytest.param({"after": "rubbish", "waiting": "yes", "alerts": "yes"}, id="an-odd-cursor"),
    ],
)
def test_any_filter_answers(world: World, as_administrator: Client, query: dict[str, str]) -> None:
    shown(as_administrator, LIST, **query)


def test_everything_that_a_filter_leaves_is_approved(
    world: World, as_administrator: Client
) -> None:
    asked = {"action": "approve", "every": "on", "wanted": "kind=users"}
    html = shown(as_administrator, BULK, **asked)
    assert "2 mailboxes are changed" in html
    assert 'name="expected" value="2"' in html
    response = as_administrator.post(BULK, {**asked, "expected": "2"})
    bulk = BulkAction.objects.get()
    assert response["Location"] == f"{BULK}{bulk.pk}/"
    running = shown(as_administrator, response["Location"])
    assert 'hx-trigger="every 1s"' in running
    run_due(kinds=["bulk"])
    assert as_administrator.get(f"{BULK}{bulk.pk}/progress/").headers["HX-Refresh"] == "true"
    assert "2 changed" in shown(as_administrator, response["Location"])
    assert Mailbox.objects.filter(approval=1).count() == 2
    again = as_administrator.get(f"{BULK}?{urlencode(asked)}").content.decode()
    assert "disabled" in again
    assert "Is so already" in again


def test_what_is_not_as_it_was_shown_is_shown_again(world: World, as_administrator: Client) -> None:
    asked = {"action": "approve", "every": "on", "wanted": "kind=users", "expected": "7"}
    response = as_administrator.post(BULK, asked)
    assert response.status_code == 422
    assert "leaves 2 now" in response.content.decode()
    assert not BulkAction.objects.exists()


def test_choices_are_made_before_there_is_anything_to_start(
    world: World, as_administrator: Client
) -> None:
    asked = {"action": "methods", "chosen": str(world.mailbox.pk)}
    html = shown(as_administrator, BULK, **asked)
    assert 'name="expected"' not in html
    assert as_administrator.post(BULK, asked).status_code == 422
    chosen = {**asked, "to_incoming": "2", "to_outgoing": ""}
    assert "1 mailbox is changed" in shown(as_administrator, BULK, **chosen)
    as_administrator.post(BULK, {**chosen, "expected": "1"})
    run_due(kinds=["bulk"])
    assert world.mailbox.incoming_method == 2
    profile = {"action": "profile", "chosen": asked["chosen"], "to_profile": str(world.profile.pk)}
    as_administrator.post(BULK, profile)
    run_due(kinds=["bulk"])
    assert world.mailbox.profile == world.profile


def test_forward_mailbox_is_a_way_in_and_no_way_out(world: World, as_administrator: Client) -> None:
    asked = {"action": "methods", "chosen": str(world.mailbox.pk)}
    out = {**asked, "to_outgoing": "3"}
    html = shown(as_administrator, BULK, **asked, to_incoming="3")
    assert html.count('<option value="3"') == 1
    assert "There is no active forward mailbox; make one first" in html
    create_forward_mailbox("Collected", "collected@company.example")
    html = shown(as_administrator, BULK, **asked, to_incoming="3")
    assert "1 mailbox is changed" in html
    assert "Their own servers are not read any more" in html
    assert as_administrator.post(BULK, {**out, "expected": "1"}).status_code == 302
    assert not BulkAction.objects.exists(), "nothing is sent through a forward mailbox"
    as_administrator.post(BULK, {**asked, "to_incoming": "3", "expected": "1"})
    run_due(kinds=["bulk"])
    assert world.mailbox.incoming_method == 3


def test_whom_it_left_out_is_listed_with_the_reason(world: World, as_administrator: Client) -> None:
    as_administrator.post(BULK, {"action": "test", "every": "on"})
    run_due(kinds=["bulk"])
    bulk = BulkAction.objects.get()
    address = f"{BULK}{bulk.pk}/"
    html = shown(as_administrator, address)
    assert "Has no email server profile" in html
    assert "Bob Example" in html
    assert "Bob Example" in shown(as_administrator, address, outcome="no-profile")
    assert "Bob Example" not in shown(as_administrator, address, outcome="inactive")
    assert "Bob Example" in shown(as_administrator, address, outcome="nonsense")
    assert "Test &amp; Enable" in shown(as_administrator, f"{BULK}all/")


@pytest.mark.parametrize("action", [kind.value for kind in BulkKind])
def test_each_action_has_a_preview(world: World, as_administrator: Client, action: str) -> None:
    told = {"to_incoming": "0", "to_profile": "", "to_start": "2026-01-01T00:00", "to_test": "on"}
    html = shown(as_administrator, BULK, action=action, every="on", **told)
    assert 'name="expected" value="3"' in html


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param({"action": "explode", "every": "on"}, id="no-such-action"),
        pytest.param({"action": "approve", "chosen": "me"}, id="no-guid"),
        pytest.param({"action": "approve", "wanted": "x" * 3000}, id="too-long"),
        pytest.param({"action": "approve"}, id="nobody-is-ticked"),
    ],
)
def test_what_is_not_clear_starts_nothing(
    world: World, as_administrator: Client, asked: dict[str, str]
) -> None:
    response = as_administrator.post(BULK, asked, follow=True)
    assert len(list(response.context["messages"])) == 1
    assert not BulkAction.objects.exists()


def test_it_can_be_stopped_once(world: World, as_administrator: Client) -> None:
    as_administrator.post(BULK, {"action": "approve", "every": "on"})
    address = f"{BULK}{BulkAction.objects.get().pk}/stop/"
    assert as_administrator.post(address).status_code == 302
    again = as_administrator.post(address, follow=True)
    assert "does not run any more" in again.content.decode()
    assert not Mailbox.objects.filter(approval=1).exists()


# -- who may do which


@pytest.mark.parametrize("action", list(BulkKind))
def test_an_operator_does_to_many_what_they_may_do_to_one(world: World, action: BulkKind) -> None:
    operator = signed_in(sign_in_account("operator", Role.OPERATOR))
    allowed = {BulkKind.APPROVE, BulkKind.REJECT, BulkKind.TEST, BulkKind.SYNC}
    told = {"to_incoming": "0", "to_profile": "", "to_start": "2026-01-01T00:00"}
    asked = {"action": action.value, "every": "on", **told}
    expected = (200, 302) if action in allowed else (403, 403)
    assert operator.get(BULK, asked).status_code == expected[0]
    assert operator.post(BULK, asked).status_code == expected[1]
    assert BulkAction.objects.exists() is (action in allowed)
    choice = f'<option value="{action.value}">'
    assert (choice in shown(operator, LIST)) is (action in allowed)


@pytest.mark.parametrize(
    ("action", "status"),
    [
        pytest.param({"action": "approve"}, 200, id="what-they-may-do"),
        pytest.param({"action": "profile", "to_profile": ""}, 404, id="what-they-may-not"),
    ],
)
def test_an_operator_sees_and_stops_the_actions_of_others(
    world: World, as_administrator: Client, action: dict[str, str], status: int
) -> None:
    as_administrator.post(BULK, {**action, "every": "on"})
    started = BulkAction.objects.get()
    operator = signed_in(sign_in_account("operator", Role.OPERATOR))
    address = f"{BULK}{started.pk}/"
    answers = [operator.get(page).status_code for page in (address, f"{address}progress/")]
    assert answers == [status, status]
    assert (address in shown(operator, f"{BULK}all/")) is (status == 200)
    operator.post(f"{address}stop/")
    started.refresh_from_db()
    assert (started.state == BulkState.STOPPED) is (status == 200)
