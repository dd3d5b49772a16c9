"""What the areas above may call: recording, healing, listing and rendering of alerts."""

from passerelle.alerts.models import Alert, AlertLevel, SubjectKind
from passerelle.alerts.reading import (
    alerts_of,
    closed_alerts,
    open_alerts,
    open_count,
    position_of,
)
from passerelle.alerts.recording import flush_held, heal, held_count, record
from passerelle.alerts.rendering import RenderedAlert, render, render_fault, render_raised

__all__ = [
    "Alert",
    "AlertLevel",
    "RenderedAlert",
    "SubjectKind",
    "alerts_of",
    "closed_alerts",
    "flush_held",
    "heal",
    "held_count",
    "open_alerts",
    "open_count",
    "position_of",
    "record",
    "render",
    "render_fault",
    "render_raised",
]
