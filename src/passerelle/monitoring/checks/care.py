"""The care that is taken: backups, keys, and whether this is a copy; and a way out for notices."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from passerelle.configuration import Config
from passerelle.faults.relay import RelayMissing
from passerelle.faults.upkeep import BackupMissing, BackupsOff, CopyWaits
from passerelle.mailboxes.models.choices import ProcessEmailUsing
from passerelle.mailboxes.services import system_relay, system_settings
from passerelle.monitoring.findings import Finding, Outcome, good, wrong
from passerelle.upkeep.services import standing, upkeep_settings

OLD = timedelta(days=8)  # a weekly backup, and a day of grace


def installation() -> Iterator[Finding]:
    """Whether this is the installation itself."""
    if standing().is_copy:
        yield wrong(_("Installation"), CopyWaits())
    else:
        yield good(_("Installation"), _("the installation itself"))


def backups(config: Config) -> Iterator[Finding]:
    """The age of the last one, once email is processed; and whether regular ones have a place."""
    settings, name = upkeep_settings(), _("Backups")
    if settings.backup_hours and not config.backup_folder:
        yield wrong(name, BackupsOff())
    last = settings.last_backup_on
    ours = system_settings().process_email_using != ProcessEmailUsing.EMAIL_ROUTER
    if last is None and not ours:
        yield good(name, _("none yet"))
    elif last is None or timezone.now() - last > OLD:
        yield wrong(name, BackupMissing(days=OLD.days))
    else:
        text = _("the last one is of {date}").format(date=f"{last:%Y-%m-%d}")
        yield good(name, f"{text}, {Path(settings.last_backup_name).name}")


def relay() -> Iterator[Finding]:
    """Whether notices and invitations can leave."""
    stored = system_relay()
    if stored.is_ready:
        yield good(_("Relay"), stored.host)
    else:
        # People without invitations and notices may want none.
        yield replace(wrong(_("Relay"), RelayMissing()), outcome=Outcome.WARN)
