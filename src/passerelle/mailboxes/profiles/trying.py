"""Test connection: the servers of a profile are met, and signed in to with its credentials.

Resolve, connect, encrypt, ask what is offered, sign in: each step with its remedy. No mail is read
and none is sent. Killed anywhere it is run again from the start. What it found stands in the
columns that Dataverse has for it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial

import structlog
from django.db import transaction
from django.utils import timezone

from passerelle.engine.services import Again, Lease, assert_no_transaction, fence, register
from passerelle.faults import Fault, Level, as_shown
from passerelle.faults.mail.protocols import ProtocolFault
from passerelle.faults.mailboxes import MailboxFault, ProtocolCannotRun, ServerMissing
from passerelle.faults.profiles import NobodyToSignInFor, RelayWithoutSignIn
from passerelle.mailboxes.models import EmailServerProfile, Mailbox, ProfileTest, SystemSettings
from passerelle.mailboxes.models.choices import (
    CredentialRetrieval,
    Direction,
    ProfileTestStatus,
)
from passerelle.mailboxes.models.test_runs import StepOutcome
from passerelle.mailboxes.profiles.requests import KIND
from passerelle.mailboxes.services.connections import (
    Connection,
    endpoint_of,
    profile_connection,
    signs_in_for_many,
)
from passerelle.mailboxes.services.hindrances import retrieval_of
from passerelle.mailboxes.services.opening import ADAPTERS, Opener, probe, signing_in
from passerelle.mailboxes.services.processing import current_settings
from passerelle.mailboxes.testing.moves import tell_moves
from passerelle.mailboxes.testing.opening_steps import OpeningSteps
from passerelle.mailboxes.testing.steps import Steps
from passerelle.protocols.interfaces import Endpoint, MailSource, Offers, StepName, Watch

log = structlog.get_logger()

DEADLINE_SECONDS = 300.0
TRIES = 3  # of a test that our own fault or the store broke off
DONE = Again(None)
OFFERS, MECHANISMS, SIGN_IN = "offers", "mechanisms", StepName.SIGN_IN.value
COLUMN_CHARS = 2084

Probe = Callable[[str, Endpoint, Watch], Offers]


@dataclass(frozen=True, slots=True)
class Means:
    """How the servers are reached; a test of ours has other means."""

    opener: Opener = field(default_factory=lambda: ADAPTERS)
    probe: Probe = probe


@dataclass(slots=True)
class Outcome:
    """What is known of one direction."""

    asked: str = ""
    answered: str = ""
    fault: Fault | None = None
    signed_in: bool | None = None  # None: not tried
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """One test while it runs."""

    run: ProfileTest
    profile: EmailServerProfile
    settings: SystemSettings
    steps: Steps
    means: Means


def register_profile_tests(means: Means | None = None) -> None:
    """Tell the engine what the test of a profile is."""
    register(
        KIND,
        partial(run_profile_test, means=means or Means()),
        deadline_seconds=DEADLINE_SECONDS,
        failed=give_up,
    )


def run_profile_test(lease: Lease, means: Means) -> Again:
    """Run the test of the lease, unless it is finished."""
    assert_no_transaction()
    runs = ProfileTest.objects.select_related(
        "profile__incoming_credential", "profile__outgoing_credential"
    )
    run = runs.filter(pk=lease.key, finished_on=None).first()
    if run is None:
        return DONE
    steps, started = Steps(run, lease), timezone.now()
    trial = Trial(run, run.profile, current_settings(), steps, means)
    steps.start_over()
    outcomes = {direction: _tried(trial, direction) for direction in Direction}
    _conclude(trial, lease, started, outcomes)
    return DONE


def give_up(lease: Lease, fault: Fault) -> None:
    """A test that is broken off again and again ends, so that nobody waits for it."""
    if lease.attempts + 1 < TRIES:
        return
    with transaction.atomic():
        run = ProfileTest.objects.filter(pk=lease.key, finished_on=None).first()
        if run is None:
            return
        run.steps.filter(outcome=StepOutcome.RUNNING).update(
            outcome=StepOutcome.FAILED, code=fault.code, facts=dict(fault.facts)
        )
        run.finished_on = timezone.now()
        run.save(update_fields=["finished_on"])


def _tried(trial: Trial, direction: Direction) -> Outcome:
    profile, outcome = trial.profile, Outcome()
    opening = OpeningSteps(trial.steps, direction, timezone.localdate(), then=OFFERS)
    opening.begin()
    try:
        _check(profile, direction)
        endpoint = endpoint_of(profile, direction, trial.settings)
        protocol = profile.incoming_protocol
        if direction == Direction.OUTGOING:
            protocol = profile.outgoing_protocol
        outcome.asked = f"{protocol}://{endpoint.host}:{endpoint.port} {endpoint.security.value}"
        opening.know(endpoint, anonymous=False)
        offers = trial.means.probe(protocol, endpoint, opening)
        outcome.answered = " ".join((*offers.mechanisms, *offers.capabilities))
        outcome.ends = opening.certificate_ends
        trial.steps.passed(" ".join(offers.capabilities))
        trial.steps.begin(direction, MECHANISMS)
        trial.steps.passed(", ".join(offers.mechanisms))
        outcome.signed_in = _signed_in(trial, direction)
    except (ProtocolFault, MailboxFault) as fault:
        trial.steps.failed(fault)
        outcome.fault = fault
        outcome.ends = opening.certificate_ends
        if trial.steps.last_name == SIGN_IN:
            outcome.signed_in = False
    return outcome


def _check(profile: EmailServerProfile, direction: Direction) -> None:
    """What cannot be tried at all. Raises a `MailboxFault`."""
    if not getattr(profile, f"{direction}_can_run"):
        raise ProtocolCannotRun(profile=profile.name)
    if not getattr(profile, f"{direction}_location"):
        raise ServerMissing(profile=profile.name)


def _signed_in(trial: Trial, direction: Direction) -> bool | None:
    """Sign in with the credentials of the profile, where it has some. Raises what went wrong."""
    profile, steps = trial.profile, trial.steps
    match retrieval_of(profile, direction):
        case CredentialRetrieval.PROFILE:
            steps.begin(direction, SIGN_IN)
        case CredentialRetrieval.ANONYMOUS:
            steps.begin(direction, SIGN_IN)
            steps.warned(RelayWithoutSignIn(host=getattr(profile, f"{direction}_location")))
            return None
        case _:
            steps.skipped(direction, SIGN_IN)  # each mailbox has its own: Test & Enable tries them
            return None
    mailbox = _somebody(profile)
    if mailbox is None and signs_in_for_many(profile, direction):
        steps.warned(NobodyToSignInFor(profile=profile.name))
        return None
    connection = profile_connection(
        profile, direction, mailbox or Mailbox(name=profile.name), trial.settings
    )
    facts: dict[StepName, str] = {}
    with signing_in(
        connection,
        profile.name,
        trial.settings,
        refused=lambda _: None,  # the page of the test shows it
        rests_until=lambda _: None,
    ):
        source = _met(trial.means.opener, connection, direction, facts.__setitem__)
    steps.passed(facts.get(StepName.SIGN_IN, ""))
    if source is not None:
        tell_moves(steps, profile, source)
    return True


def _met(
    opener: Opener, connection: Connection, direction: Direction, watch: Watch
) -> MailSource | None:
    """Sign in and close again; the source of incoming mail, which still knows its server."""
    assert connection.login is not None  # those of the profile
    if direction == Direction.OUTGOING:
        opener.sender(connection.endpoint, connection.login, watch).close()
        return None
    source = opener.source(connection.protocol, connection.endpoint, connection.login, watch)
    source.close()
    return source


def _somebody(profile: EmailServerProfile) -> Mailbox | None:
    """A mailbox to sign in for."""
    rows = profile.mailboxes.exclude(email_address="").order_by("name", "mailbox_id")
    return rows.select_related("incoming_credential", "outgoing_credential").first()


def _conclude(
    trial: Trial, lease: Lease, started: datetime, outcomes: dict[Direction, Outcome]
) -> None:
    """Write what was found into the profile, and end the run."""
    results = outcomes.values()
    faults = [one.fault for one in results if one.fault is not None]
    signed = [one.signed_in for one in results if one.signed_in is not None]
    with transaction.atomic():
        fence(lease)
        now = timezone.now()
        took = int((now - started).total_seconds() * 1000)
        wrong = any(isinstance(fault, MailboxFault) for fault in faults)
        EmailServerProfile.objects.filter(pk=trial.profile.pk).update(
            last_test_started=started,
            last_test_milliseconds=max(took, 0),
            last_authorization_status=_status(all(signed)) if signed else None,
            last_validation_status=_status(not wrong),
            last_execution_status=_execution(trial.run, faults),
            last_test_request=_column("; ".join(one.asked for one in results if one.asked)),
            last_test_response=_column("; ".join(one.answered for one in results if one.answered)),
            last_message=_column(" ".join(str(fault) for fault in faults)),
            incoming_certificate_ends=outcomes[Direction.INCOMING].ends,
            outgoing_certificate_ends=outcomes[Direction.OUTGOING].ends,
        )
        trial.run.finished_on = now
        trial.run.save(update_fields=["finished_on"])
    codes = sorted(fault.code for fault in faults)
    log.info("profile.tested", profile=str(trial.profile.pk), codes=codes)


def _execution(run: ProfileTest, faults: list[Fault]) -> ProfileTestStatus:
    if any(fault.level is not Level.INFORMATION for fault in faults):
        return ProfileTestStatus.FAILURE
    if faults or run.steps.filter(outcome=StepOutcome.WARNED).exists():
        return ProfileTestStatus.WARNING
    return ProfileTestStatus.SUCCESS


def _status(good: bool) -> ProfileTestStatus:  # noqa: FBT001 - a word for a yes or a no
    return ProfileTestStatus.SUCCESS if good else ProfileTestStatus.FAILURE


def _column(text: str) -> str:
    return as_shown(text[:COLUMN_CHARS])
