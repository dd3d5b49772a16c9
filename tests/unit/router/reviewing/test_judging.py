"""Which row of a table of decisions is taken, and what the others are told."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError

from passerelle.router.files.format import Who
from passerelle.router.files.merged import RecipientKind
from passerelle.router.models import MigrationProfile, ReviewRow
from passerelle.router.reviewing.decisions import Decision
from passerelle.router.reviewing.forwarding import guid_of
from passerelle.router.reviewing.judging import (
    Known,
    RefusedError,
    Verdicts,
    check_profiles,
    judge,
    reason_of,
)
from passerelle.tables import UnreadableError

LOST, NAMED, FREE, QUEUE, BOX = (str(UUID(int=number)) for number in range(1, 6))
FREE_USER = Who(RecipientKind.USER, UUID(FREE))
VALUES = {
    "incoming_protocol": "exchange",
    "incoming_location": "https://mail.example.com/EWS",
    "incoming_port": 0,
    "incoming_security": "implicit",
    "incoming_credential_retrieval": 0,
    "incoming_username": "",
}
KNOWN = Known(
    rows={
        ("user", LOST): ReviewRow(kind="user", source=LOST, name="Lost", state="unknown"),
        ("user", NAMED): ReviewRow(kind="user", source=NAMED, name="Named", state="link"),
        ("account", "a@example.com"): ReviewRow(
            kind="account", source="a@example.com", name="a@example.com", state="account"
        ),
        ("account", "dom\\b"): ReviewRow(
            kind="account", source="dom\\b", name="dom\\b", state="account"
        ),
    },
    named=frozenset({UUID(LOST), UUID(NAMED)}),
    settled={},
    matched={},
    profiles={
        "p1": MigrationProfile(
            key="p1", name="Exchange", review={"migrates": True, "values": VALUES}
        )
    },
    by_guid={
        UUID(FREE): FREE_USER,
        UUID(NAMED): Who(RecipientKind.USER, UUID(NAMED)),
        UUID(QUEUE): Who(RecipientKind.QUEUE, UUID(QUEUE)),
        UUID(BOX): Who(RecipientKind.FORWARD, UUID(BOX)),
    },
    by_address={
        "free@example.com": FREE_USER,
        "two@example.com": None,
        "box@example.com": Who(RecipientKind.FORWARD, UUID(BOX)),
    },
    forwarding=frozenset({"a@example.com"}),
)


def row(
    kind: str, identifier: str, field: str, value: str, before: str = "", number: int = 1
) -> Decision:
    return Decision(number, kind, identifier, field, before, value)


def refusal(decision: Decision, verdicts: Verdicts) -> str:
    """Why the row is refused; "" when it is taken."""
    try:
        judge(decision, KNOWN, verdicts)
    except (RefusedError, UnreadableError, ValidationError) as error:
        return reason_of(error)
    return ""


@pytest.mark.parametrize(
    ("decision", "who"),
    [
        pytest.param(row("user", LOST, "becomes", "Free@Example.com"), FREE_USER, id="address"),
        pytest.param(row("user", LOST, "becomes", "{" + FREE + "}"), FREE_USER, id="identifier"),
        pytest.param(
            row("user", LOST.upper(), "becomes", QUEUE, "unknown"),
            Who(RecipientKind.QUEUE, UUID(QUEUE)),
            id="a-queue-in-place-of-a-user",
        ),
        pytest.param(
            row("account", "A@example.com", "becomes", NAMED),
            Who(RecipientKind.USER, UUID(NAMED)),
            id="an-account-of-one-whom-the-files-name",
        ),
        pytest.param(
            row("account", "dom\\b", "becomes", "box@example.com"),
            Who(RecipientKind.FORWARD, UUID(BOX)),
            id="an-account-of-a-forward-mailbox-that-is-there",
        ),
        pytest.param(
            row("account", "a@example.com", "becomes", "Forward mailbox"),
            Who(RecipientKind.FORWARD, guid_of("a@example.com")),
            id="a-forward-mailbox-to-be-made",
        ),
    ],
)
def test_whom_one_is_matched_with(decision: Decision, who: Who) -> None:
    verdicts = Verdicts()
    judge(decision, KNOWN, verdicts)
    assert list(verdicts.matches.values()) == [who]


@pytest.mark.parametrize(
    ("decision", "told"),
    [
        pytest.param(row("cat", LOST, "becomes", "leave"), "“cat” is none of the kinds", id="kind"),
        pytest.param(row("user", "me", "becomes", "leave"), "not an identifier", id="no-guid"),
        pytest.param(row("user", FREE, "becomes", "leave"), "have nothing", id="not-in-the-files"),
        pytest.param(row("user", LOST, "address", "x"), "“address” is nothing", id="field"),
        pytest.param(row("account", "dom\\b", "start", "2026-01-01"), "nothing", id="no-start"),
        pytest.param(
            row("user", LOST, "becomes", "leave", "link"), "“unknown” now", id="changed-since"
        ),
        pytest.param(row("user", LOST, "becomes", "no@example.com"), "No user", id="nobody"),
        pytest.param(row("user", LOST, "becomes", LOST), "No user", id="a-guid-of-nobody"),
        pytest.param(row("user", LOST, "becomes", "Anna"), "No user", id="names-do-not-do"),
        pytest.param(row("user", LOST, "becomes", "two@example.com"), "Several", id="several"),
        pytest.param(row("user", LOST, "becomes", NAMED), "already", id="named-by-the-files"),
        pytest.param(
            row("user", LOST, "becomes", "box@example.com"), "No user", id="no-users-own-mailbox"
        ),
        pytest.param(
            row("user", LOST, "becomes", "forward"), "cannot become", id="a-user-is-no-forward"
        ),
        pytest.param(
            row("account", "dom\\b", "becomes", "forward"), "cannot become", id="no-address"
        ),
        pytest.param(row("user", LOST, "start", "01/02/2026"), "not a date", id="which-month"),
        pytest.param(row("user", LOST, "start", "2026-13-01"), "not a date", id="no-month"),
        pytest.param(row("user", LOST, "incoming_username", "x" * 251), "too long", id="long"),
        pytest.param(row("user", LOST, "incoming_username", "a\x00"), "control", id="control"),
        pytest.param(row("profile", "p9", "name", "x"), "have nothing", id="no-such-profile"),
        pytest.param(row("profile", "p1", "outgoing_port", "25"), "nothing", id="no-such-way"),
        pytest.param(row("profile", "p1", "incoming_port", "99999"), "65535", id="port"),
        pytest.param(row("profile", "p1", "incoming_port", "pop"), "integer", id="no-number"),
        pytest.param(row("profile", "p1", "incoming_security", "high"), "none of", id="choice"),
        pytest.param(row("profile", "p1", "name", "n" * 101), "too long", id="long-name"),
        pytest.param(
            row("profile", "p1", "incoming_security", "none", "starttls"), "now", id="other-value"
        ),
    ],
)
def test_what_is_refused_and_why(decision: Decision, told: str) -> None:
    verdicts = Verdicts()
    assert told in refusal(decision, verdicts)
    assert verdicts == Verdicts()


@pytest.mark.parametrize(
    ("decision", "after"),
    [
        pytest.param(
            row("user", LOST, "start", "2026-01-02T03:04:05Z"), "2026-01-02T03:04:05+00:00", id="z"
        ),
        pytest.param(row("user", NAMED, "outgoing_username", "dom\\n"), "dom\\n", id="user-name"),
        pytest.param(row("user", LOST, "becomes", "Laisser"), "Laisser", id="left-in-french"),
        pytest.param(row("profile", "p1", "incoming_protocol", "IMAP"), "imap", id="protocol"),
        pytest.param(row("profile", "p1", "incoming_port", "993", "0"), "993", id="port"),
        pytest.param(
            row("profile", "p1", "incoming_credential_retrieval", "Profile", "mailbox"),
            "profile",
            id="retrieval",
        ),
        pytest.param(
            row("profile", "p1", "incoming_security", "TLS from the start"), "implicit", id="label"
        ),
    ],
)
def test_what_is_taken_as_what(decision: Decision, after: str) -> None:
    assert judge(decision, KNOWN, Verdicts()).after == after


def test_a_start_is_kept_as_a_moment() -> None:
    verdicts = Verdicts()
    judge(row("user", LOST, "start", "2026-01-02 03:04+01:00"), KNOWN, verdicts)
    assert verdicts.personal["user", LOST] == {"start": datetime(2026, 1, 2, 2, 4, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        pytest.param(
            row("user", LOST, "becomes", "leave"),
            row("user", LOST, "becomes", FREE),
            "An earlier row",
            id="the-same-twice",
        ),
        pytest.param(
            row("user", LOST, "becomes", FREE),
            row("user", NAMED, "becomes", "free@example.com"),
            "already",
            id="two-with-one",
        ),
        pytest.param(
            row("user", LOST, "becomes", FREE),
            row("account", "dom\\b", "becomes", FREE),
            "already",
            id="a-recipient-and-an-account-with-one",
        ),
        pytest.param(
            row("account", "dom\\b", "becomes", FREE),
            row("user", LOST, "becomes", FREE),
            "already",
            id="an-account-and-a-recipient-with-one",
        ),
    ],
)
def test_rows_that_contradict_each_other(first: Decision, second: Decision, told: str) -> None:
    verdicts = Verdicts()
    judge(first, KNOWN, verdicts)
    with pytest.raises(RefusedError) as caught:
        judge(second, KNOWN, verdicts)
    assert told in reason_of(caught.value)


def test_two_accounts_may_be_one_persons() -> None:
    verdicts = Verdicts()
    judge(row("account", "dom\\b", "becomes", FREE), KNOWN, verdicts)
    judge(row("account", "a@example.com", "becomes", FREE), KNOWN, verdicts)
    assert set(verdicts.matches.values()) == {FREE_USER}


def test_the_values_of_a_profile_are_judged_together_in_whatever_order_they_come() -> None:
    verdicts = Verdicts()
    judge(row("profile", "p1", "incoming_protocol", "imap", number=7), KNOWN, verdicts)
    assert [number for number, _why in check_profiles(KNOWN, verdicts)] == [7]
    judge(row("profile", "p1", "incoming_location", "imap.example.com"), KNOWN, verdicts)
    assert check_profiles(KNOWN, verdicts) == []
    judge(
        row("profile", "p1", "incoming_credential_retrieval", "anonymous", number=9),
        KNOWN,
        verdicts,
    )
    ((number, why),) = check_profiles(KNOWN, verdicts)
    assert number == 9
    assert "never read without signing in" in why
