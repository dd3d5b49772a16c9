"""Closing by a person: for what happened once, and is over when somebody has dealt with it.

All other alerts close by themselves when their cause is gone, so nobody may hide one of them.
"""

import structlog
from django.db.models.functions import Now

from passerelle.alerts.models import Alert
from passerelle.faults import Retry, fault_of

log = structlog.get_logger(__name__)


def is_done_by_hand(alert: Alert) -> bool:
    """Whether nothing but a person ends it; so it is with a code of a newer version, too."""
    fault = fault_of(alert.code)
    return alert.closed_on is None and (fault is None or fault.retry is Retry.NEVER)


def close(alert: Alert, by: str) -> bool:
    """A person has dealt with it. False: it closes by itself, or is closed already."""
    if not is_done_by_hand(alert):
        return False
    open_one = Alert.objects.filter(pk=alert.pk, closed_on=None)
    if not open_one.update(closed_on=Now(), closed_by=by):
        return False
    log.info("alert.closed", alert=str(alert.pk), code=alert.code, by=by)
    return True
