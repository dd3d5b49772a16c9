"""What pages and commands may ask: which mailboxes words and filters leave."""

from passerelle.mailboxes.choosing.finding import MOST_COUNTED, bounded_count, found
from passerelle.mailboxes.choosing.wanted import NO_PROFILE, Wanted, wanted_of

__all__ = ["MOST_COUNTED", "NO_PROFILE", "Wanted", "bounded_count", "found", "wanted_of"]
