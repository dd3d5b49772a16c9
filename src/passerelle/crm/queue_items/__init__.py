"""The work of a queue: what waits in it, who works on what, and where it goes next."""

from passerelle.crm.queue_items.desks import (
    Desk,
    Show,
    desks_of,
    items_of,
    items_shown_with,
    queues_of,
)
from passerelle.crm.queue_items.working import (
    finish,
    finish_before,
    give,
    pick,
    pick_by_answering,
    pick_next,
    release,
    reopen,
    route,
    works_in,
)

__all__ = [
    "Desk",
    "Show",
    "desks_of",
    "finish",
    "finish_before",
    "give",
    "items_of",
    "items_shown_with",
    "pick",
    "pick_by_answering",
    "pick_next",
    "queues_of",
    "release",
    "reopen",
    "route",
    "works_in",
]
