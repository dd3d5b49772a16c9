"""Whether a message lies before a mailbox's start, and is left alone."""

from datetime import datetime


def too_old(received: datetime | None, date: datetime | None, start: datetime | None) -> bool:
    """Whether the server's receipt (INTERNALDATE, or Received for POP3) or Date is before `start`.

    Either is enough: a mailbox that was copied to another server has receipts of today, and a
    server that keeps receipts may hold mail whose Date lies. What says nothing does not count.
    """
    if start is None:
        return False
    return any(moment is not None and moment < start for moment in (received, date))
