"""What pages and commands may ask of waves."""

from passerelle.mailboxes.waves.choosing import LEFT_OUT, addresses_in
from passerelle.mailboxes.waves.closing_gaps import close_gaps
from passerelle.mailboxes.waves.crash_points import CRASH_POINTS
from passerelle.mailboxes.waves.plans import (
    KIND,
    discard,
    go_on,
    hasten,
    make_plan,
    pause,
    plan_named,
    start,
    stop,
)
from passerelle.mailboxes.waves.reading import (
    ShownPlan,
    ShownWave,
    gaps_of,
    latest_member,
    open_gap,
    shown,
)

__all__ = [
    "CRASH_POINTS",
    "KIND",
    "LEFT_OUT",
    "ShownPlan",
    "ShownWave",
    "addresses_in",
    "close_gaps",
    "discard",
    "gaps_of",
    "go_on",
    "hasten",
    "latest_member",
    "make_plan",
    "open_gap",
    "pause",
    "plan_named",
    "shown",
    "start",
    "stop",
]
