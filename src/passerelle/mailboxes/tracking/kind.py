"""The name of the work that has older emails compared by smart matching, and its one key."""

from uuid import UUID

EMAIL_HASHES = "email-hashes"
THE_ONE = UUID("5e1f0000-0000-4000-8000-000000000004")
