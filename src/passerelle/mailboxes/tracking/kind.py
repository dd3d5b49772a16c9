"""Work that the rules of tracking bring: its names, its one key, and where it may die."""

from uuid import UUID

EMAIL_HASHES = "email-hashes"  # older emails are compared by smart matching
RECORD_LIMITS = "record-limits"  # alerts of limits that are over are closed
THE_ONE = UUID("5e1f0000-0000-4000-8000-000000000004")
SOME_KEPT, ALL_KEPT = "hashes.some-kept", "hashes.all-kept"
CRASH_POINTS = (SOME_KEPT, ALL_KEPT)
