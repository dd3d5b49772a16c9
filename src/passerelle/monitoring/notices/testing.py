"""A notice that proves the way: to everybody who would be told, at once."""

from django.db import transaction
from django.utils import timezone

from passerelle.engine.services import ask
from passerelle.monitoring.models import Notice
from passerelle.monitoring.notices.kind import KEY, KIND
from passerelle.monitoring.notices.storing import notice_settings
from passerelle.monitoring.notices.work import queue_notice


def send_test() -> Notice | None:
    """Queue it; None when nobody would be told."""
    settings = notice_settings()
    if not settings.addresses and not settings.webhook_url:
        return None
    notice = Notice(created_on=timezone.now(), is_test=True)
    with transaction.atomic():
        queue_notice(settings, notice)
        ask(KIND, KEY)
    return notice
