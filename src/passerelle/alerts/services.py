"""What the areas above may call: recording, healing, listing and rendering of alerts."""

from passerelle.alerts.causes import (
    Cause,
    alerts_of_cause,
    keys_of_cause,
    open_cause_count,
    open_causes,
)
from passerelle.alerts.closing import close, is_done_by_hand
from passerelle.alerts.models import Alert, AlertLevel, SubjectKind
from passerelle.alerts.reading import (
    alerts_of,
    closed_alerts,
    open_alerts,
    open_by_level,
    open_count,
    open_counts,
    position_of,
)
from passerelle.alerts.recording import (
    SYSTEM,
    flush_held,
    heal,
    heal_all,
    heal_codes,
    held_count,
    record,
)
from passerelle.alerts.rendering import (
    RenderedAlert,
    render,
    render_fault,
    render_raised,
    told_in_line,
)
from passerelle.alerts.store_alerts import store_answered, store_failed, store_took_mail

__all__ = [
    "SYSTEM",
    "Alert",
    "AlertLevel",
    "Cause",
    "RenderedAlert",
    "SubjectKind",
    "alerts_of",
    "alerts_of_cause",
    "close",
    "closed_alerts",
    "flush_held",
    "heal",
    "heal_all",
    "heal_codes",
    "held_count",
    "is_done_by_hand",
    "keys_of_cause",
    "open_alerts",
    "open_by_level",
    "open_cause_count",
    "open_causes",
    "open_count",
    "open_counts",
    "position_of",
    "record",
    "render",
    "render_fault",
    "render_raised",
    "store_answered",
    "store_failed",
    "store_took_mail",
    "told_in_line",
]
