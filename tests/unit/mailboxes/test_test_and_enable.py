"""Test and Enable, from the request to the verdict, on servers in memory."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes

import pytest
import structlog
from django.utils import timezone
from tests.unit.mailboxes.conftest import PASSWORD, MailboxMaker
from tests.unit.mailboxes.memory import MemoryServers

from passerelle.alerts.services import Alert
from passerelle.engine.models import Host, Work
from passerelle.engine.services import crash_points, forget, run_due, state_of
from passerelle.faults import Fault
from passerelle.faults.mail.protocols import (
    AnswerLost,
    CertificateExpiring,
    CertificateRefused,
    CommandRefused,
    ConnectionLost,
    LoginPostponed,
    LoginRefused,
    MessageRefused,
    ServerBusy,
)
from passerelle.faults.mailboxes import (
    CredentialsWait,
    InterruptedTest,
    LockHeldByRouter,
    LostTestMessage,
    NotApproved,
    NotServerSide,
    StayingTestMessage,
    TakenTestMessage,
)
from passerelle.faults.store import WorkBroken
from passerelle.mailboxes import models
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.models.choices import ProcessEmailUsing
from passerelle.mailboxes.models.choices import TestStatus as Status
from passerelle.mailboxes.services import (
    approve,
    latest_run,
    request_test,
    switch_processing,
    update_mailbox,
    update_profile,
)
from passerelle.mailboxes.testing.requests import KIND
from passerelle.mailboxes.testing.run import register_tests
from passerelle.mailboxes.testing.trial import Means
from passerelle.protocols.interfaces import Recipient

pytestmark = [pytest.mark.django_db, pytest.mark.database]
REFUSED = LoginRefused(host="imap.example.com", account="anna", answer="no")
IN_USE = LoginPostponed(host="imap.example.com", account="anna", answer="-ERR [IN-USE] locked")
LOST = ConnectionLost(host="imap.example.com", step="UID SEARCH")


@pytest.fixture
def servers(whole_cycles: None) -> Iterator[MemoryServers]:
    """The servers behind every test of a mailbox."""
    memory = MemoryServers()
    forget(KIND)
    register_tests(Means(opener=memory, wait=memory.wait))
    yield memory
    forget(KIND)
    register_tests()


@pytest.fixture
def ours(db: None) -> None:
    """Email is processed by server-side synchronization already."""
    switch_processing(ProcessEmailUsing.SERVER_SIDE_SYNCHRONIZATION, by="root")


def outcome_of(
    mailbox: Mailbox, *, enable: bool = True
) -> tuple[Mailbox, dict[str, tuple[str, str]]]:
    """Test the mailbox; the mailbox as it is then, and outcome and code of each step."""
    request_test([mailbox.pk], by="root", enable=enable)
    run_due(limit=1)
    run = latest_run(mailbox)
    assert run is not None
    assert run.finished_on is not None
    steps = {f"{step.direction}/{step.name}": (step.outcome, step.code) for step in run.steps.all()}
    return Mailbox.objects.get(pk=mailbox.pk), steps


def open_codes() -> set[str]:
    return set(Alert.objects.filter(closed_on=None).values_list("code", flat=True))


def test_all_goes_well(mailbox: Mailbox, servers: MemoryServers, ours: None) -> None:
    before = timezone.now()
    box, steps = outcome_of(mailbox)
    assert [outcome for outcome, _ in steps.values()] == ["passed"] * len(steps)
    assert list(steps) == [
        *(f"incoming/{name}" for name in ("resolve", "connect", "tls", "sign-in", "list")),
        *(f"outgoing/{name}" for name in ("resolve", "connect", "tls", "sign-in", "send")),
        "incoming/arrived",
        "incoming/removed",
    ]
    assert (box.incoming_status, box.outgoing_status) == (Status.SUCCESS, Status.SUCCESS)
    assert box.enabled_for_incoming
    assert box.enabled_for_outgoing
    assert box.enabled_on is not None
    assert box.enabled_on >= before
    assert box.process_email_received_after == box.enabled_on - timedelta(hours=24)
    assert servers.inbox == []
    assert servers.open_now == 0
    for kind in ("incoming", "outgoing"):
        assert state_of(kind, [box.pk])[box.pk].due_on is not None
    assert open_codes() == set()


def test_the_message_says_what_it_is(mailbox: Mailbox, servers: MemoryServers) -> None:
    outcome_of(mailbox)
    run = latest_run(mailbox)
    assert run is not None
    message = message_from_bytes(servers.sent[0])
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Passerelle-Test"] == run.test_id
    assert message["From"] == message["To"] == "anna@example.com"


def test_a_test_may_leave_the_decision_alone(
    mailbox: Mailbox, servers: MemoryServers, ours: None
) -> None:
    box, _ = outcome_of(mailbox, enable=False)
    assert box.incoming_status == Status.SUCCESS
    assert not box.enabled_for_incoming
    assert box.enabled_on is None
    assert not state_of("incoming", [box.pk])


def test_enabled_mailboxes_wait_while_the_router_has_them(
    mailbox: Mailbox, servers: MemoryServers
) -> None:
    box, _ = outcome_of(mailbox)
    assert box.enabled_for_incoming
    assert not state_of("incoming", [box.pk])
    switch_processing(ProcessEmailUsing.SERVER_SIDE_SYNCHRONIZATION, by="root")
    assert state_of("incoming", [box.pk])[box.pk].due_on is not None


@pytest.mark.parametrize(
    ("spoil", "failing", "fault", "incoming", "outgoing"),
    [
        pytest.param(
            lambda servers: servers.source_faults.append(REFUSED),
            "incoming/sign-in",
            LoginRefused,
            Status.FAILURE,
            Status.NOT_RUN,
            id="refused-at-the-incoming-server-the-shared-password-waits",
        ),
        pytest.param(
            lambda servers: servers.source_faults.append(
                CertificateRefused(host="imap.example.com", reason="expired")
            ),
            "incoming/sign-in",
            CertificateRefused,
            Status.FAILURE,
            Status.SUCCESS,
            id="one-direction-fails-and-the-other-passes",
        ),
        pytest.param(
            lambda servers: setattr(
                servers, "list_fault", CommandRefused(host="h", step="LIST", answer="no")
            ),
            "incoming/list",
            CommandRefused,
            Status.FAILURE,
            Status.SUCCESS,
            id="nothing-can-be-listed",
        ),
        pytest.param(
            lambda servers: setattr(servers, "answer", Recipient.REFUSED),
            "outgoing/send",
            MessageRefused,
            Status.SUCCESS,
            Status.FAILURE,
            id="the-server-does-not-take-the-recipient",
        ),
        pytest.param(
            lambda servers: setattr(servers, "answer", Recipient.POSTPONED),
            "outgoing/send",
            ServerBusy,
            Status.SUCCESS,
            Status.FAILURE,
            id="the-server-postpones-the-recipient",
        ),
        pytest.param(
            lambda servers: setattr(servers, "loses", True),
            "incoming/arrived",
            LostTestMessage,
            Status.FAILURE,
            Status.SUCCESS,
            id="the-message-never-arrives",
        ),
        pytest.param(
            lambda servers: servers.source_faults.extend([None, *[LOST] * 20]),
            "incoming/arrived",
            ConnectionLost,
            Status.FAILURE,
            Status.SUCCESS,
            id="the-server-is-gone-when-looked-for",
        ),
    ],
)
def test_a_failure_is_a_step_a_status_and_an_alert(
    mailbox: Mailbox,
    servers: MemoryServers,
    ours: None,
    spoil: Callable[[MemoryServers], object],
    failing: str,
    fault: type[Fault],
    incoming: Status,
    outgoing: Status,
) -> None:
    spoil(servers)
    box, steps = outcome_of(mailbox)
    assert steps[failing] == ("failed", fault.code)
    assert fault.code in open_codes()
    assert box.incoming_status == incoming
    if outgoing != Status.NOT_RUN:
        assert box.outgoing_status == outgoing
    assert box.enabled_for_incoming == (incoming == Status.SUCCESS)
    assert servers.open_now == 0


def test_after_one_refusal_the_other_direction_does_not_try_the_same_password_there(
    make_mailbox: MailboxMaker, servers: MemoryServers
) -> None:
    mailbox = make_mailbox()
    update_profile(mailbox.profile, outgoing_location="imap.example.com")  # type: ignore[arg-type]
    servers.source_faults.append(REFUSED)
    _, steps = outcome_of(mailbox)
    assert steps["outgoing/resolve"] == ("failed", CredentialsWait.code)
    assert servers.openings == ["imap"]


def test_a_server_signed_in_to_often_enough_is_waited_for_and_fails_no_test(
    mailbox: Mailbox, servers: MemoryServers, ours: None
) -> None:
    host = Host.objects.create(host="smtp.example.com", next_on=timezone.now() + timedelta(hours=1))
    request_test([mailbox.pk], by="root", enable=True)
    run_due(limit=1)
    assert not models.TestRun.objects.exclude(finished_on=None).exists()
    assert open_codes() == set()
    host.delete()
    Work.objects.filter(kind=KIND).update(due_on=timezone.now())
    run_due(limit=1)
    run = latest_run(mailbox)
    assert run is not None
    assert {step.outcome for step in run.steps.all()} == {"passed"}


def test_a_later_success_closes_the_alert(mailbox: Mailbox, servers: MemoryServers) -> None:
    servers.list_fault = CommandRefused(host="h", step="LIST", answer="no")
    outcome_of(mailbox)
    outcome_of(mailbox)
    alert = Alert.objects.get(code=CommandRefused.code)
    assert (alert.count, alert.activity) == (2, "test")
    servers.list_fault = None
    outcome_of(mailbox)
    assert open_codes() == set()


def test_a_failed_test_switches_nothing_off(
    make_mailbox: MailboxMaker, servers: MemoryServers
) -> None:
    mailbox = make_mailbox(enabled_for_incoming=True)
    servers.list_fault = CommandRefused(host="h", step="LIST", answer="no")
    box, _ = outcome_of(mailbox)
    assert box.incoming_status == Status.FAILURE
    assert box.enabled_for_incoming


def test_what_is_not_approved_connects_nowhere(
    make_mailbox: MailboxMaker, servers: MemoryServers
) -> None:
    _, steps = outcome_of(make_mailbox(approval=2))
    assert steps["incoming/resolve"] == ("failed", NotApproved.code)
    assert steps["outgoing/resolve"] == ("failed", NotApproved.code)
    assert servers.openings == []


def test_the_approval_closes_the_alert_that_asked_for_it(
    make_mailbox: MailboxMaker, servers: MemoryServers
) -> None:
    boxes = [make_mailbox(approval=2), make_mailbox(approval=2)]
    for box in boxes:
        outcome_of(box)
    approve([boxes[0].pk], by="root")
    assert Alert.objects.get(subject_id=boxes[0].pk).closed_on is not None
    assert Alert.objects.get(subject_id=boxes[1].pk).closed_on is None


def test_where_no_direction_is_ours_the_test_says_so(
    make_mailbox: MailboxMaker, servers: MemoryServers
) -> None:
    box, steps = outcome_of(make_mailbox(incoming_method=0, outgoing_method=0))
    assert steps == {
        "incoming/resolve": ("skipped", NotServerSide.code),
        "outgoing/resolve": ("skipped", NotServerSide.code),
    }
    assert servers.openings == []
    assert (box.incoming_status, box.outgoing_status) == (Status.NOT_RUN, Status.NOT_RUN)
    assert open_codes() == set()


class TestOneDirection:
    def test_only_what_is_server_side_is_tested(
        self, make_mailbox: MailboxMaker, servers: MemoryServers
    ) -> None:
        box, steps = outcome_of(make_mailbox(incoming_method=0))
        assert steps["incoming/list"] == ("skipped", "")
        assert steps["incoming/arrived"] == ("skipped", "")
        assert (box.incoming_status, box.outgoing_status) == (Status.NOT_RUN, Status.SUCCESS)
        assert (box.enabled_for_incoming, box.enabled_for_outgoing) == (False, True)
        assert box.process_email_received_after is None

    def test_incoming_alone_passes_on_the_listing(
        self, make_mailbox: MailboxMaker, servers: MemoryServers
    ) -> None:
        box, steps = outcome_of(make_mailbox(outgoing_method=1))
        assert steps["outgoing/send"] == ("skipped", "")
        assert (box.incoming_status, box.outgoing_status) == (Status.SUCCESS, Status.NOT_RUN)
        assert servers.sent == []

    def test_nothing_to_test_enables_nothing(
        self, make_mailbox: MailboxMaker, servers: MemoryServers
    ) -> None:
        box, steps = outcome_of(make_mailbox(incoming_method=0, outgoing_method=0))
        assert {outcome for outcome, _ in steps.values()} == {"skipped"}
        assert not box.enabled_for_incoming
        assert box.enabled_on is None


class TestRouterAbout:
    def test_a_message_that_the_router_took_is_a_warning(
        self, mailbox: Mailbox, servers: MemoryServers
    ) -> None:
        servers.loses = True
        box, steps = outcome_of(mailbox)
        assert steps["incoming/arrived"] == ("warned", TakenTestMessage.code)
        assert box.enabled_for_incoming
        assert open_codes() == set()

    @pytest.mark.parametrize(
        "faults",
        [
            pytest.param([IN_USE], id="held-from-the-start"),
            pytest.param([None, *[IN_USE] * 20], id="held-when-looked-for"),
        ],
    )
    def test_a_held_lock_is_a_warning(
        self, mailbox: Mailbox, servers: MemoryServers, faults: list[Fault | None]
    ) -> None:
        update_profile(mailbox.profile, incoming_protocol="pop3")  # type: ignore[arg-type]
        servers.source_faults = [*faults, *[IN_USE] * 20]
        box, steps = outcome_of(mailbox)
        assert LockHeldByRouter.code in {code for _, code in steps.values()}
        assert "failed" not in {outcome for outcome, _ in steps.values()}
        assert box.incoming_status == Status.SUCCESS

    def test_a_lock_that_is_let_go_is_none(
        self, mailbox: Mailbox, servers: MemoryServers, ours: None
    ) -> None:
        servers.source_faults = [IN_USE] * 3  # a cycle of ours may hold it, too
        _, steps = outcome_of(mailbox)
        assert {outcome for outcome, _ in steps.values()} == {"passed"}

    def test_a_held_lock_is_a_failure_without_a_router(
        self, mailbox: Mailbox, servers: MemoryServers, ours: None
    ) -> None:
        update_profile(mailbox.profile, incoming_protocol="pop3")  # type: ignore[arg-type]
        servers.source_faults = [IN_USE] * 20
        box, steps = outcome_of(mailbox)
        assert steps["incoming/sign-in"] == ("failed", LoginPostponed.code)
        assert box.incoming_status == Status.FAILURE

    def test_no_lock_of_a_router_excuses_imap(
        self, mailbox: Mailbox, servers: MemoryServers
    ) -> None:
        servers.source_faults = [IN_USE] * 20
        _, steps = outcome_of(mailbox)
        assert steps["incoming/sign-in"] == ("failed", LoginPostponed.code)


def test_the_mailbox_is_looked_at_with_growing_gaps_up_to_the_bound(
    mailbox: Mailbox, servers: MemoryServers, ours: None
) -> None:
    servers.loses = True
    outcome_of(mailbox)
    assert servers.waited[:4] == [0.25, 0.5, 1.0, 2.0]
    assert sum(servers.waited) == pytest.approx(30.0)
    assert servers.waited == sorted(servers.waited[:-1]) + servers.waited[-1:]


def test_a_late_message_is_found_and_removed(
    mailbox: Mailbox, servers: MemoryServers, ours: None
) -> None:
    servers.arrives_at_look = 4
    servers.inbox.append(b"Message-ID: <other@example.com>\r\n\r\nkept")
    _, steps = outcome_of(mailbox)
    assert steps["incoming/removed"] == ("passed", "")
    assert [message_from_bytes(raw)["Message-ID"] for raw in servers.inbox] == [
        "<other@example.com>"
    ]
    assert len(servers.waited) == 3


def test_where_it_cannot_be_removed_it_stays_and_the_step_says_so(
    mailbox: Mailbox, servers: MemoryServers
) -> None:
    servers.removes = False
    box, steps = outcome_of(mailbox)
    assert steps["incoming/removed"] == ("warned", StayingTestMessage.code)
    assert box.incoming_status == Status.SUCCESS
    assert len(servers.inbox) == 1


@pytest.mark.parametrize(
    ("tls", "expected"),
    [
        pytest.param("TLSv1.3", ("passed", ""), id="no-expiry-known"),
        pytest.param("TLSv1.3, 2099-12-31", ("passed", ""), id="far-away"),
        pytest.param("TLSv1.3, {soon}", ("warned", CertificateExpiring.code), id="within-21-days"),
    ],
)
def test_a_certificate_that_ends_soon_is_a_warning(
    mailbox: Mailbox, servers: MemoryServers, tls: str, expected: tuple[str, str]
) -> None:
    soon = timezone.localdate() + timedelta(days=20)
    servers.tls = tls.format(soon=f"{soon:%Y-%m-%d}")
    box, steps = outcome_of(mailbox)
    assert steps["incoming/tls"] == expected
    assert box.incoming_status == Status.SUCCESS


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        pytest.param({"incoming_security": "none"}, "PSR-MBX-021", id="not-encrypted"),
        pytest.param({"incoming_verify": False}, "PSR-MBX-022", id="not-verified"),
    ],
)
def test_a_weak_connection_passes_and_shows(
    mailbox: Mailbox, servers: MemoryServers, change: dict[str, object], outcome: str
) -> None:
    update_profile(mailbox.profile, **change)  # type: ignore[arg-type]
    box, steps = outcome_of(mailbox)
    assert steps["incoming/tls"] == ("warned", outcome)
    assert box.incoming_status == Status.SUCCESS


def test_an_anonymous_relay_has_no_sign_in(mailbox: Mailbox, servers: MemoryServers) -> None:
    update_profile(mailbox.profile, outgoing_credential_retrieval=4)  # type: ignore[arg-type]
    box, steps = outcome_of(mailbox)
    assert steps["outgoing/sign-in"] == ("skipped", "")
    assert box.outgoing_status == Status.SUCCESS


class TestLostAnswer:
    def test_what_arrived_was_sent(self, mailbox: Mailbox, servers: MemoryServers) -> None:
        servers.send_fault = AnswerLost(host="smtp.example.com")
        box, steps = outcome_of(mailbox)
        assert steps["outgoing/send"] == ("warned", InterruptedTest.code)
        assert steps["incoming/arrived"] == ("passed", "")
        assert box.outgoing_status == Status.SUCCESS

    def test_what_did_not_arrive_is_not_proven(
        self, mailbox: Mailbox, servers: MemoryServers
    ) -> None:
        servers.send_fault = AnswerLost(host="smtp.example.com")
        servers.loses = True
        box, _ = outcome_of(mailbox)
        assert box.outgoing_status == Status.FAILURE
        assert InterruptedTest.code in open_codes()


@pytest.mark.thorough
@pytest.mark.parametrize(
    "point",
    [
        "test.before-mark",
        "test.marked",
        "test.handed-over",
        "test.sent",
        "test.arrived",
        "test.removed",
    ],
)
def test_killed_anywhere_it_is_finished_later_and_sends_once(
    mailbox: Mailbox, servers: MemoryServers, ours: None, point: str
) -> None:
    request_test([mailbox.pk], by="root")
    with crash_points.kill_at(point), pytest.raises(crash_points.Killed):
        run_due(limit=1)
    run_due(limit=1)
    run = latest_run(mailbox)
    assert run is not None
    assert run.finished_on is not None
    assert not run.steps.filter(outcome="running").exists()
    assert len(servers.sent) == (0 if point == "test.marked" else 1)
    assert servers.inbox == []
    box = Mailbox.objects.get(pk=mailbox.pk)
    certain = point != "test.marked"  # the mark was set, and the dot never sent
    assert (box.outgoing_status == Status.SUCCESS) == certain


class TestStartOfProcessing:
    def test_a_start_of_its_own_wins(
        self, make_mailbox: MailboxMaker, servers: MemoryServers
    ) -> None:
        own = datetime(2025, 1, 2, tzinfo=UTC)
        box, _ = outcome_of(make_mailbox(process_email_received_after=own))
        assert box.process_email_received_after == own

    def test_a_profile_that_begins_later_is_the_default(
        self, mailbox: Mailbox, servers: MemoryServers
    ) -> None:
        later = datetime(2099, 1, 2, tzinfo=UTC)
        update_profile(mailbox.profile, process_emails_received_after=later)  # type: ignore[arg-type]
        box, _ = outcome_of(mailbox)
        assert box.process_email_received_after == later

    def test_it_is_fixed_at_the_first_enabling(
        self, mailbox: Mailbox, servers: MemoryServers
    ) -> None:
        first, _ = outcome_of(mailbox)
        again, _ = outcome_of(mailbox)
        assert again.process_email_received_after == first.process_email_received_after
        assert again.enabled_on == first.enabled_on


def test_a_test_that_waits_is_not_asked_for_twice(mailbox: Mailbox, servers: MemoryServers) -> None:
    first = request_test([mailbox.pk], by="root", enable=False)
    second = request_test([mailbox.pk], by="root")
    assert first == second
    run_due(limit=1)
    assert Mailbox.objects.get(pk=mailbox.pk).enabled_for_incoming


def test_another_profile_meanwhile_is_not_what_was_tested(
    mailbox: Mailbox, servers: MemoryServers
) -> None:
    request_test([mailbox.pk], by="root")
    original = servers.wait
    servers.arrives_at_look = 2

    def changing(seconds: float) -> None:
        original(seconds)
        update_mailbox(mailbox, profile=None)

    forget(KIND)
    register_tests(Means(opener=servers, wait=changing))
    run_due(limit=1)
    box = Mailbox.objects.get(pk=mailbox.pk)
    assert not box.enabled_for_incoming


def test_a_test_that_breaks_off_again_and_again_ends(
    mailbox: Mailbox, servers: MemoryServers
) -> None:
    [run] = request_test([mailbox.pk], by="root")
    broken = TypeError("an error of ours")

    def breaks(*_: object) -> None:
        raise broken

    servers.sender = breaks  # type: ignore[assignment]
    for _ in range(3):
        Work.objects.update(due_on=timezone.now())
        run_due(limit=1)
    run.refresh_from_db()
    assert run.finished_on is not None
    assert run.steps.get(outcome="failed").code == WorkBroken.code
    assert WorkBroken.code in open_codes()


def test_nobody_ever_sees_the_password(
    mailbox: Mailbox, servers: MemoryServers, ours: None, capsys: pytest.CaptureFixture[str]
) -> None:
    servers.source_faults = [None, REFUSED]
    with structlog.testing.capture_logs() as logs:
        outcome_of(mailbox)
    steps = list(models.TestStep.objects.values())
    shown = json.dumps([logs, steps, list(Alert.objects.values())], default=str)
    assert LoginRefused.code in shown
    assert PASSWORD not in shown + "".join(capsys.readouterr())
    assert PASSWORD not in repr(servers)
