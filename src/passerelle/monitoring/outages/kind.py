"""The one piece of work that looks for profiles whose mailboxes fail, and where it may die."""

from uuid import UUID

KIND = "outages"
KEY = UUID("5e1f0000-0000-4000-8000-000000000003")
DEADLINE_SECONDS = 120.0
LOOK_SECONDS = 60.0
ACTIVITY = "mailboxes"  # of the alert that stands at the profile
ALERTED, QUEUED = "outages.alerted", "outages.queued"
CRASH_POINTS = (ALERTED, QUEUED)
