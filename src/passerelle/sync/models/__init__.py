"""What the cycles remember: cursors, places, touches, quarantine; what is sent; the time line.

And what people wish of them.
"""

from passerelle.sync.models.folders import FolderLook, TrackingFolder
from passerelle.sync.models.incoming import Clue, Place, Quarantine, Reading, Touch
from passerelle.sync.models.outgoing import Delivery, SendingRest, SentCopy, Submission
from passerelle.sync.models.taking import TakeRequest
from passerelle.sync.models.timeline import Cycle

__all__ = [
    "Clue",
    "Cycle",
    "Delivery",
    "FolderLook",
    "Place",
    "Quarantine",
    "Reading",
    "SendingRest",
    "SentCopy",
    "Submission",
    "TakeRequest",
    "Touch",
    "TrackingFolder",
]
