"""What a finished test changes: results, decisions, the mailbox's start, alerts and work.

All of it in one transaction. A direction that passed becomes enabled when the test was asked to
enable; one that failed keeps the decision that it had, since switching off is a person's matter.
"""

from collections.abc import Mapping

import structlog
from django.db import transaction
from django.utils import timezone

from passerelle.alerts import services as alerts
from passerelle.alerts.services import SubjectKind
from passerelle.engine.services import fence
from passerelle.faults import Fault
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.models.choices import Direction, TestStatus
from passerelle.mailboxes.services.processing import schedule
from passerelle.mailboxes.services.starts import first_start
from passerelle.mailboxes.testing.trial import Trial

log = structlog.get_logger()

ACTIVITY = "test"
Results = Mapping[Direction, Fault | None]  # of the directions that were tested


def conclude(trial: Trial, results: Results) -> None:
    """Store the results and end the run."""
    with transaction.atomic():
        fence(trial.lease)
        mailbox = Mailbox.objects.select_for_update().get(pk=trial.mailbox.pk)
        for direction, fault in results.items():
            setattr(mailbox, f"{direction}_status", _status(fault))
        mailbox.tested_on = timezone.now()
        if trial.run.enable and mailbox.profile_id == trial.mailbox.profile_id:
            _enable(mailbox, results)
        mailbox.save()
        trial.run.finished_on = mailbox.tested_on
        trial.run.save(update_fields=["finished_on"])
        _tell(mailbox, results)
        schedule(Mailbox.objects.filter(pk=mailbox.pk))
    log.info(
        "mailbox.tested",
        mailbox=str(mailbox.pk),
        passed=sorted(direction for direction, fault in results.items() if fault is None),
        codes=sorted(fault.code for fault in results.values() if fault is not None),
    )


def _status(fault: Fault | None) -> TestStatus:
    return TestStatus.SUCCESS if fault is None else TestStatus.FAILURE


def _enable(mailbox: Mailbox, results: Results) -> None:
    passed = [direction for direction, fault in results.items() if fault is None]
    for direction in passed:
        setattr(mailbox, f"enabled_for_{direction}", True)
    if not passed:
        return
    if mailbox.enabled_on is None:
        mailbox.enabled_on = mailbox.tested_on
    if Direction.INCOMING in passed and mailbox.process_email_received_after is None:
        profile_start = mailbox.profile.process_emails_received_after if mailbox.profile else None
        assert mailbox.tested_on is not None  # set by the caller
        mailbox.process_email_received_after = first_start(profile_start, mailbox.tested_on)


def _tell(mailbox: Mailbox, results: Results) -> None:
    """Open or count an alert for what failed; close those of earlier tests whose cause is gone."""
    failed = {fault.code: fault for fault in results.values() if fault is not None}
    gone = {
        alert.code
        for alert in alerts.alerts_of(SubjectKind.MAILBOX, mailbox.pk)
        if alert.activity == ACTIVITY and alert.closed_on is None and alert.code not in failed
    }
    if gone:
        alerts.heal(SubjectKind.MAILBOX, mailbox.pk, ACTIVITY, gone)
    for fault in failed.values():
        alerts.record(SubjectKind.MAILBOX, mailbox.pk, ACTIVITY, fault)
