"""Holds back what waits to be sent, when another installation may have sent it already.

Each email then waits for a person, exactly as one whose last answer was lost (decision 0009).
"""

from django.db.models.functions import Coalesce
from django.utils import timezone

from passerelle.crm.models import Email
from passerelle.crm.models.mail.emails import EmailStatus
from passerelle.faults.upkeep import MayBeSentByOriginal
from passerelle.sync.models import Submission
from passerelle.sync.models.outgoing import SubmissionState

CHUNK = 500


def hold_what_waits() -> int:
    """In the caller's transaction; how many emails were held."""
    held = 0
    open_ones = (SubmissionState.WAITING, SubmissionState.MARKED)
    while True:
        waiting = Submission.objects.select_for_update().filter(state__in=open_ones)
        keys = list(waiting.order_by("pk").values_list("pk", flat=True)[:CHUNK])
        if not keys:
            return held
        Submission.objects.filter(pk__in=keys).update(
            state=SubmissionState.UNKNOWN,
            marked_on=Coalesce("marked_on", timezone.now()),
            code=MayBeSentByOriginal.code,
            facts={},
        )
        Email.objects.filter(pk__in=keys).update(statuscode=EmailStatus.SENDING)
        held += len(keys)
