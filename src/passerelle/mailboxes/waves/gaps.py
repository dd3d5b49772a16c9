"""Mail that would be passed by in silence, found before and after a wave. Pure.

The guide's rule: a mailbox begins at the router's last read time where that is known, else 24
hours before its own first enabling (`mailboxes/services/starts.py`). Waves take days, so in the
second case the mail between the profile's date, which the migration set, and those 24 hours is
read by nobody. That is a gap: it is listed, and a person may have it read.
"""

from datetime import datetime

from passerelle.mailboxes.services.starts import first_start


def gap_from(
    own_start: datetime | None, profile_start: datetime | None, enabled_on: datetime
) -> datetime | None:
    """Where the gap begins of a mailbox that is enabled at that moment; None: there is none."""
    if own_start is not None or profile_start is None:
        return None
    return profile_start if profile_start < first_start(profile_start, enabled_on) else None
