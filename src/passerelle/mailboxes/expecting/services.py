"""What pages may ask: when a direction runs next, and why then."""

from passerelle.mailboxes.expecting.looking import Expected, expected
from passerelle.mailboxes.expecting.reasons import Why

__all__ = ["Expected", "Why", "expected"]
