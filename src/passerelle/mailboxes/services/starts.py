"""From when on the mail of a mailbox is processed (*Process email from*).

A mailbox's own start wins. Without one it begins 24 hours before it is first enabled, or at the
profile's date where that is later; then its start is fixed and what happens to the profile no
longer moves it. Where nobody noted when it was enabled, what the first cycle began with stays.
This is ours: Dataverse takes the later of both, and would lose the week in which a router was found
dead.
"""

from datetime import datetime, timedelta

from django.utils import timezone

from passerelle.mailboxes.models import Mailbox

BEFORE_ENABLING = timedelta(hours=24)


def start_of(mailbox: Mailbox, now: datetime | None = None) -> datetime:
    """No mail received earlier is recorded."""
    return fixed_start(mailbox) or _first_start_of(mailbox, now or timezone.now())


def fixed_start(mailbox: Mailbox) -> datetime | None:
    """The start that does not move with the clock; None where nothing has fixed it yet."""
    if mailbox.process_email_received_after is not None:
        return mailbox.process_email_received_after
    return None if mailbox.enabled_on is None else _first_start_of(mailbox, mailbox.enabled_on)


def _first_start_of(mailbox: Mailbox, enabled_on: datetime) -> datetime:
    profile = mailbox.profile
    return first_start(profile.process_emails_received_after if profile else None, enabled_on)


def first_start(profile_start: datetime | None, enabled_on: datetime) -> datetime:
    """The start of a mailbox that has none of its own, enabled at that moment."""
    day_before = enabled_on - BEFORE_ENABLING
    return max(profile_start, day_before) if profile_start else day_before
