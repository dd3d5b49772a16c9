"""What the cycles remember: cursors, places, touches, quarantine; submissions and deliveries."""

from passerelle.sync.models.incoming import Place, Quarantine, Reading, Touch
from passerelle.sync.models.outgoing import Delivery, Submission

__all__ = ["Delivery", "Place", "Quarantine", "Reading", "Submission", "Touch"]
