"""The one piece of work that tells people of alerts, and the points where it may die."""

from uuid import UUID

KIND = "notices"
KEY = UUID("5e1f0000-0000-4000-8000-000000000002")
DEADLINE_SECONDS = 300.0
LOOK_SECONDS = 30.0
PLANNED, MARKED, HANDED = "notices.planned", "notices.marked", "notices.handed"
CRASH_POINTS = (PLANNED, MARKED, HANDED)
