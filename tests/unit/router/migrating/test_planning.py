"""What becomes of a recipient and of a profile, as tables without a database."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from passerelle.router.files.merged import MergedRecipient, RecipientKind
from passerelle.router.files.values import Direction
from passerelle.router.migrating.planning import (
    Existing,
    MailboxNow,
    Moment,
    ProfilePlan,
    RecipientPlan,
    decide_profile,
    plan_recipient,
    start_now,
    usable_username,
)
from passerelle.router.models import ProfileAction, RecipientAction

NOW = datetime(2026, 3, 2, tzinfo=UTC)
READ = datetime(2026, 2, 22, tzinfo=UTC)  # the router was dead for a week
PROFILE, OTHER, BOX, WHO = (UUID(int=number) for number in range(4))
BOTH = (Direction.INCOMING, Direction.OUTGOING)
RECIPIENT = MergedRecipient(RecipientKind.USER, WHO, "a@example.com", "anna", "", READ, "", BOTH)
PLAN = ProfilePlan(PROFILE, confirmed=False, own_account=frozenset({Direction.INCOMING}))
FRESH = MailboxNow(
    mailbox_id=BOX,
    name="Anna",
    profile_id=None,
    incoming_method=0,
    outgoing_method=0,
    start=None,
    allow_credentials=False,
    incoming_username=None,
    outgoing_username=None,
    incoming_credential_id=None,
    outgoing_credential_id=None,
    ever_enabled=False,
)
DONE = replace(
    FRESH,
    profile_id=PROFILE,
    incoming_method=2,
    outgoing_method=2,
    start=READ,
    allow_credentials=True,
    incoming_username="anna",
)


def plan(
    box: MailboxNow | None,
    recipient: Mapping[str, Any] | None = None,
    *,
    confirmed: bool = False,
    given: datetime | None = None,
) -> RecipientPlan:
    return plan_recipient(
        replace(RECIPIENT, **(recipient or {})),
        replace(PLAN, confirmed=confirmed),
        box,
        known=False,
        moment=Moment(NOW, {BOX: given} if given else {}),
    )


@pytest.mark.parametrize(
    ("box", "recipient", "expected"),
    [
        pytest.param({}, {}, RecipientAction.LINK, id="a-fresh-mailbox-is-linked"),
        pytest.param(
            {"profile_id": OTHER}, {}, RecipientAction.OTHER_PROFILE, id="another-profile-stays"
        ),
        pytest.param(
            {"incoming_username": "bert"}, {}, RecipientAction.OTHER_ACCOUNT, id="an-account-stays"
        ),
        pytest.param(
            {"outgoing_username": "bert"},
            {},
            RecipientAction.LINK,
            id="an-account-that-the-profile-does-not-use-is-none-of-ours",
        ),
        pytest.param(
            {"incoming_username": "bert"},
            {"incoming_username": ""},
            RecipientAction.LINK,
            id="files-without-an-account-contradict-none",
        ),
    ],
)
def test_what_becomes_of_a_mailbox(
    box: dict[str, Any], recipient: dict[str, Any], expected: RecipientAction
) -> None:
    assert plan(replace(FRESH, **box), recipient).action == expected


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        pytest.param(False, RecipientAction.UNKNOWN, id="nobody"),
        pytest.param(True, RecipientAction.NO_MAILBOX, id="somebody-without-a-mailbox"),
    ],
)
def test_without_a_mailbox(known: bool, expected: RecipientAction) -> None:
    found = plan_recipient(RECIPIENT, PLAN, None, known=known, moment=Moment(NOW, {}))
    assert found == RecipientPlan(expected)


def test_what_is_already_so_stays() -> None:
    assert plan(DONE) == RecipientPlan(RecipientAction.SAME, DONE)
    assert plan(replace(DONE, incoming_username="ANNA")).action == RecipientAction.SAME


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"profile_id": None}, id="no-profile"),
        pytest.param({"incoming_method": 0}, id="another-method"),
        pytest.param({"allow_credentials": False}, id="credentials-not-allowed"),
        pytest.param({"incoming_username": None}, id="no-credential"),
        pytest.param({"start": None}, id="no-start"),
    ],
)
def test_whatever_differs_is_linked_anew(changed: dict[str, Any]) -> None:
    assert plan(replace(DONE, **changed)).action == RecipientAction.LINK


def test_confirmed_it_replaces() -> None:
    found = plan(replace(FRESH, profile_id=OTHER, incoming_username="bert"), confirmed=True)
    assert found.action == RecipientAction.LINK
    assert (found.incoming_username, found.replaces) == ("anna", True)


@pytest.mark.parametrize(
    ("served", "methods"),
    [
        pytest.param(BOTH, (2, 2), id="both"),
        pytest.param((Direction.INCOMING,), (2, 1), id="incoming-leaves-outgoing"),
        pytest.param((Direction.OUTGOING,), (1, 2), id="outgoing-leaves-incoming"),
    ],
)
def test_methods(served: tuple[Direction, ...], methods: tuple[int, int]) -> None:
    outlook = replace(FRESH, incoming_method=1, outgoing_method=1)
    found = plan(outlook, {"directions": served})
    assert (found.incoming_method, found.outgoing_method) == methods


LATER = READ + timedelta(days=3)


@pytest.mark.parametrize(
    ("start", "given", "ever", "expected"),
    [
        pytest.param(None, None, False, LATER, id="none-takes-the-routers"),
        pytest.param(READ, None, False, READ, id="a-persons-stays"),
        pytest.param(READ, READ, False, LATER, id="an-earlier-migrations-gives-way"),
        pytest.param(READ, READ, True, READ, id="not-once-it-was-enabled"),
        pytest.param(READ, NOW, False, READ, id="not-once-a-person-changed-it"),
    ],
)
def test_start(
    start: datetime | None, given: datetime | None, ever: bool, expected: datetime
) -> None:
    box = replace(FRESH, start=start, ever_enabled=ever)
    assert plan(box, {"threshold": LATER}, given=given).start == expected


@pytest.mark.parametrize(
    ("threshold", "expected"),
    [
        pytest.param(None, None, id="unknown"),
        pytest.param(READ, READ, id="a-week-ago-loses-no-week"),
        pytest.param(
            NOW + timedelta(hours=1), NOW - timedelta(hours=24), id="in-the-future-is-a-wrong-clock"
        ),
    ],
)
def test_start_now(threshold: datetime | None, expected: datetime | None) -> None:
    assert start_now(threshold, NOW) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(" anna ", "anna", id="bare"),
        pytest.param("a\nb", "", id="a-line-break"),
        pytest.param("x" * 251, "", id="too-long"),
    ],
)
def test_usable_username(text: str, expected: str) -> None:
    assert usable_username(text) == expected


VALUES = {"incoming_location": "pop.example.com", "incoming_port": 0, "incoming_protocol": "pop3"}
AGREES = Existing(PROFILE, "P", {**VALUES, "incoming_port": 995})  # the files say no port
DIFFERS = Existing(OTHER, "P", {**VALUES, "incoming_protocol": "imap"})


@pytest.mark.parametrize(
    ("earlier", "same_name", "confirmed", "expected"),
    [
        pytest.param(None, None, False, (ProfileAction.CREATE, None, ""), id="new"),
        pytest.param(AGREES, None, False, (ProfileAction.SAME, PROFILE, ""), id="migrated-before"),
        pytest.param(DIFFERS, None, False, (ProfileAction.KEEP, OTHER, "P"), id="changed-since"),
        pytest.param(DIFFERS, None, True, (ProfileAction.UPDATE, OTHER, ""), id="and-confirmed"),
        pytest.param(None, AGREES, False, (ProfileAction.SAME, PROFILE, ""), id="same-by-hand"),
        pytest.param(None, DIFFERS, False, (ProfileAction.CREATE, None, "P"), id="name-is-taken"),
        pytest.param(None, DIFFERS, True, (ProfileAction.UPDATE, OTHER, ""), id="name-confirmed"),
        pytest.param(
            AGREES, DIFFERS, False, (ProfileAction.SAME, PROFILE, ""), id="the-earlier-one-counts"
        ),
    ],
)
def test_decide_profile(
    earlier: Existing | None,
    same_name: Existing | None,
    confirmed: bool,
    expected: tuple[ProfileAction, UUID | None, str],
) -> None:
    found = decide_profile(VALUES, earlier, same_name, confirmed=confirmed)
    assert (found.action, found.target_id, found.beside) == expected
