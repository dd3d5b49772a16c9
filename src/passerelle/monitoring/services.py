"""What pages and commands may ask about the installation."""

from passerelle.monitoring.access import may_read_metrics
from passerelle.monitoring.examining import Depth, examine
from passerelle.monitoring.findings import Finding, Outcome, good, wrong
from passerelle.monitoring.health import Readiness, Watch, watch
from passerelle.monitoring.metrics import metrics_text
from passerelle.monitoring.notices.storing import notice_settings, save_notice_settings
from passerelle.monitoring.notices.testing import send_test
from passerelle.monitoring.outages.owners import why_not_told
from passerelle.monitoring.outages.work import ask_for_outages

__all__ = [
    "Depth",
    "Finding",
    "Outcome",
    "Readiness",
    "Watch",
    "ask_for_outages",
    "examine",
    "good",
    "may_read_metrics",
    "metrics_text",
    "notice_settings",
    "save_notice_settings",
    "send_test",
    "watch",
    "why_not_told",
    "wrong",
]
