"""From when on the mail of a mailbox is processed (*Process email from*).

A mailbox's own start wins. Without one it begins 24 hours before it is first enabled, or at the
profile's date where that is later; then its start is fixed and what happens to the profile no
longer moves it. This is ours: Dataverse takes the later of both, and would lose the week in
which a router was found dead.
"""

from datetime import datetime, timedelta

from django.utils import timezone

from passerelle.mailboxes.models import Mailbox

BEFORE_ENABLING = timedelta(hours=24)


def start_of(mailbox: Mailbox, now: datetime | None = None) -> datetime:
    """No mail received earlier is recorded."""
    if mailbox.process_email_received_after is not None:
        return mailbox.process_email_received_after
    return first_start(
        mailbox.profile.process_emails_received_after if mailbox.profile else None,
        mailbox.enabled_on or now or timezone.now(),
    )


def first_start(profile_start: datetime | None, enabled_on: datetime) -> datetime:
    """The start of a mailbox that has none of its own, enabled at that moment."""
    day_before = enabled_on - BEFORE_ENABLING
    return max(profile_start, day_before) if profile_start else day_before
