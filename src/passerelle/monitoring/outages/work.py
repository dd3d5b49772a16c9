"""Opens and closes the alert of profiles whose mailboxes fail, and has their owners told.

Killed anywhere, the next look finds the same: an alert is open once, and an owner is told of it
once. A profile whose mailboxes recover closes its alert by itself.
"""

from django.utils import timezone

from passerelle.alerts.models import SubjectKind
from passerelle.alerts.services import heal, record
from passerelle.engine.services import Again, Lease, ask, crash_point, register
from passerelle.faults.monitoring import MailboxesFail
from passerelle.mailboxes.services import is_copy, system_settings
from passerelle.monitoring.outages import kind
from passerelle.monitoring.outages.measuring import outages
from passerelle.monitoring.outages.owners import open_outages, tell_owners


def register_outages() -> None:
    """Tell the engine what this kind of work does."""
    register(kind.KIND, run, deadline_seconds=kind.DEADLINE_SECONDS)


def ask_for_outages() -> None:
    """Have it looked at now; it says itself when it is due next."""
    ask(kind.KIND, kind.KEY)


def run(lease: Lease) -> Again:
    """Look at all profiles. A copy of an installation looks at nothing."""
    if is_copy(system_settings()):
        return Again(kind.LOOK_SECONDS)
    known = {alert.subject_id for alert in open_outages()}
    found = outages(known, timezone.now())
    for one in found:
        fault = MailboxesFail(failing=one.failing, count=one.mailboxes, profile=one.name)
        record(SubjectKind.PROFILE, one.profile_id, kind.ACTIVITY, fault)
    for profile_id in known - {one.profile_id for one in found}:
        heal(SubjectKind.PROFILE, profile_id, kind.ACTIVITY)
    crash_point(kind.ALERTED)
    tell_owners(lease, timezone.now())
    return Again(kind.LOOK_SECONDS)
