"""From when a migrated mailbox reads: the rule of the migration guide, without a clock."""

from datetime import datetime, timedelta

DEFAULT_REACH = timedelta(hours=24)  # *Process email from* of a migrated profile


def start_of(threshold: datetime | None, enabled_at: datetime) -> datetime:
    """The router's last read time where it is known, else 24 hours before the first enabling.

    The known time wins even when it is older: a router that was dead for a week left a week
    unread. One in the future (a clock that was wrong) would skip mail, so enabling bounds it.
    """
    if threshold is None:
        return enabled_at - DEFAULT_REACH
    return min(threshold, enabled_at)
