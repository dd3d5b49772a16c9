"""Asking for tests, and looking at the last one."""

import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone

from passerelle.crm import services as crm
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.services import Subject
from passerelle.engine.services import ask_many
from passerelle.mailboxes.models import Mailbox, TestRun
from passerelle.mailboxes.models.choices import Direction
from passerelle.mailboxes.services.processing import asked

log = structlog.get_logger()

KIND = "test"
KEPT = timedelta(days=30)


def request_test(mailbox_ids: Iterable[UUID], by: str, *, enable: bool = True) -> list[TestRun]:
    """Have these mailboxes tested, and what passes enabled, as soon as workers can.

    A test that is still to run is not asked for twice.
    """
    with transaction.atomic():
        runs = queue_tests(mailbox_ids, by, enable=enable)
        if runs:
            detail = {"count": len(runs), "enable": enable}
            crm.note(AuditAction.TEST_REQUESTED, Subject("mailbox"), by, detail)
    log.info("mailboxes.test-requested", by=by, count=len(runs), enable=enable)
    return runs


def queue_tests(mailbox_ids: Iterable[UUID], by: str, *, enable: bool = True) -> list[TestRun]:
    """`request_test` as a part of something larger, which has its own entry in the audit.

    Call it in a transaction. A transaction may ask for a thousand.
    """
    mailboxes = list(Mailbox.objects.select_related("profile").filter(pk__in=list(mailbox_ids)))
    ours = TestRun.objects.filter(mailbox__in=mailboxes)
    ours.filter(finished_on__lt=timezone.now() - KEPT).delete()
    waiting = {run.mailbox_id: run for run in ours.filter(finished_on=None)}
    fresh = [
        TestRun(mailbox=box, requested_by=by, enable=enable, test_id=secrets.token_hex(16))
        for box in mailboxes
        if box.pk not in waiting
    ]
    TestRun.objects.bulk_create(fresh)
    if enable:
        TestRun.objects.filter(pk__in=[run.pk for run in waiting.values()]).update(enable=True)
    runs = [*waiting.values(), *fresh]
    of_key = {box.pk: box for box in mailboxes}
    ask_many(
        KIND,
        [replace(asked(of_key[run.mailbox_id], Direction.INCOMING), key=run.pk) for run in runs],
    )
    return runs


def issued_test_ids(claimed: Iterable[str]) -> frozenset[str]:
    """Those of the ids that stand in a test message of ours."""
    found = TestRun.objects.filter(test_id__in=list(claimed))
    return frozenset(found.values_list("test_id", flat=True))


def latest_run(mailbox: Mailbox) -> TestRun | None:
    """The last test of a mailbox, with its steps, finished or not."""
    runs = TestRun.objects.filter(mailbox=mailbox).order_by("-requested_on", "-run_id")
    return runs.prefetch_related("steps").first()
