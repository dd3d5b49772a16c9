"""The work that has older emails compared by smart matching: name, one key, where it may die."""

from uuid import UUID

EMAIL_HASHES = "email-hashes"
THE_ONE = UUID("5e1f0000-0000-4000-8000-000000000004")
SOME_KEPT, ALL_KEPT = "hashes.some-kept", "hashes.all-kept"
CRASH_POINTS = (SOME_KEPT, ALL_KEPT)
