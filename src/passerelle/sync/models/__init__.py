"""What the cycles remember: cursors, places, touches, quarantine; submissions and deliveries."""

from passerelle.sync.models.incoming import Place, Quarantine, Reading, Touch
from passerelle.sync.models.outgoing import Delivery, SentCopy, Submission

__all__ = ["Delivery", "Place", "Quarantine", "Reading", "SentCopy", "Submission", "Touch"]
