"""Asking for the test of a profile, and looking at the last one."""

from datetime import timedelta

import structlog
from django.db import transaction
from django.utils import timezone

from passerelle.crm import services as crm
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.services import Subject
from passerelle.engine.services import ask
from passerelle.mailboxes.models import EmailServerProfile, ProfileTest

log = structlog.get_logger()

KIND = "profile-test"
KEPT = timedelta(days=30)


def request_profile_test(profile: EmailServerProfile, by: str) -> ProfileTest:
    """Have the connections of a profile tested as soon as a worker can; not twice at a time."""
    with transaction.atomic():
        ours = ProfileTest.objects.filter(profile=profile)
        ours.filter(finished_on__lt=timezone.now() - KEPT).delete()
        waiting = ours.filter(finished_on=None).first()
        run = waiting or ProfileTest.objects.create(profile=profile, requested_by=by)
        if waiting is None:
            crm.note(AuditAction.TEST_REQUESTED, Subject("emailserverprofile", profile.pk), by)
        ask(KIND, run.pk)
    log.info("profile.test-requested", profile=str(profile.pk), by=by)
    return run


def latest_profile_test(profile: EmailServerProfile) -> ProfileTest | None:
    """The last test of a profile, finished or not."""
    return ProfileTest.objects.filter(profile=profile).order_by("-requested_on", "-run_id").first()
