"""Who may read which email: the table of it, kept with every change, and lists that seek in it."""

from passerelle.crm.differences import Differences
from passerelle.crm.readers.counting import Passed, passed_between
from passerelle.crm.readers.keeping import (
    differences,
    grant,
    grant_found,
    renew,
    renew_all,
)
from passerelle.crm.readers.seeking import Seek, Wanted, Way, newest_met, newest_of, newest_seen
from passerelle.crm.readers.seen import few_read_as, is_read_as, is_read_by, principals_of
from passerelle.crm.readers.sources import Readers, read_also, user_or_queue

__all__ = [
    "Differences",
    "Passed",
    "Readers",
    "Seek",
    "Wanted",
    "Way",
    "differences",
    "few_read_as",
    "grant",
    "grant_found",
    "is_read_as",
    "is_read_by",
    "newest_met",
    "newest_of",
    "newest_seen",
    "passed_between",
    "principals_of",
    "read_also",
    "renew",
    "renew_all",
    "user_or_queue",
]
