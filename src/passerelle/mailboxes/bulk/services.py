"""What pages and commands may ask of bulk actions."""

from passerelle.mailboxes.bulk.changes import Change, change_of
from passerelle.mailboxes.bulk.choosing import Preview, Selection, preview
from passerelle.mailboxes.bulk.crash_points import CRASH_POINTS
from passerelle.mailboxes.bulk.roles import actions_of, kinds_of
from passerelle.mailboxes.bulk.starting import KIND, settled, start, stop
from passerelle.mailboxes.bulk.texts import consequences, left_out_counts

__all__ = [
    "CRASH_POINTS",
    "KIND",
    "Change",
    "Preview",
    "Selection",
    "actions_of",
    "change_of",
    "consequences",
    "kinds_of",
    "left_out_counts",
    "preview",
    "settled",
    "start",
    "stop",
]
