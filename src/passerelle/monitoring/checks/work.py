"""The work: workers that beat, due work in time, leases that end, and what waits for people."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from passerelle.alerts.services import AlertLevel, open_by_level
from passerelle.crm.services import hashing
from passerelle.engine.services import (
    LEASE_SECONDS,
    leases_longer_than,
    work_figures,
    workers_alive,
)
from passerelle.faults.monitoring import (
    AlertsOpen,
    LeasesStuck,
    MailWaitsForPerson,
    NothingProcessed,
    WorkersSilent,
    WorkLate,
)
from passerelle.mailboxes.models.choices import ProcessEmailUsing
from passerelle.mailboxes.services import system_settings, tracking_rules
from passerelle.monitoring.findings import Finding, good, wrong
from passerelle.sync.services import waiting_for_person

STUCK_MINUTES = 30  # twice the longest deadline: its own worker takes it away long before


def processing() -> Iterator[Finding]:
    """Who processes email."""
    settings = system_settings()
    name = _("Process Email Using")
    if settings.process_email_using == ProcessEmailUsing.EMAIL_ROUTER:
        yield wrong(name, NothingProcessed())
    else:
        yield good(name, settings.get_process_email_using_display())


def workers() -> Iterator[Finding]:
    """At least one heartbeat."""
    name, alive = _("Workers"), workers_alive()
    if alive:
        yield good(name, _("{count} alive").format(count=alive))
    else:
        yield wrong(name, WorkersSilent(seconds=int(LEASE_SECONDS)))


def due_work() -> Iterator[Finding]:
    """Late work, and leases that do not end."""
    figures = work_figures()
    late, running = sum(one.late for one in figures), sum(one.running for one in figures)
    if late:
        oldest = max(one.oldest_seconds for one in figures)
        yield wrong(_("Due work"), WorkLate(count=late, minutes=int(oldest // 60)))
    else:
        text = _("nothing is late; running: {running}").format(running=running)
        yield good(_("Due work"), text)
    stuck = leases_longer_than(STUCK_MINUTES * 60.0)
    if stuck:
        yield wrong(_("Leases"), LeasesStuck(count=stuck, minutes=STUCK_MINUTES))


def smart_matching() -> Iterator[Finding]:
    """Whether what was here before it was switched on is compared by now."""
    name, done = _("Smart matching"), hashing()
    if not tracking_rules().smart_matching or done is None:
        yield good(name, _("off"))
    elif done.ended_on is None:
        text = _("older emails are being taken in, {count} so far")
        yield good(name, text.format(count=done.emails))
    else:
        yield good(name, _("older emails are compared, too: {count}").format(count=done.emails))


def alerts() -> Iterator[Finding]:
    """How many are open."""
    levels = open_by_level()
    count, errors = sum(levels.values()), levels.get(AlertLevel.ERROR, 0)
    if count:
        yield wrong(_("Alerts"), AlertsOpen(count=count, errors=errors))
    else:
        yield good(_("Alerts"), _("none is open"))


def people() -> Iterator[Finding]:
    """What only a person ends."""
    waits = waiting_for_person()
    if waits.quarantined or waits.unknown:
        yield wrong(
            _("Waits for a person"),
            MailWaitsForPerson(quarantined=waits.quarantined, unknown=waits.unknown),
        )
    else:
        yield good(_("Waits for a person"), _("nothing"))
