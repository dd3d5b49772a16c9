"""Everything that can be wrong with an installation, looked at in order. Changes nothing.

One list for `passerelle doctor` and for the page; a check that cannot go on tells why and the
next one follows. What needs the database is left out when it does not answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _

from passerelle.configuration import Config
from passerelle.monitoring.checks import addresses, care, database, machine, readers, trust, work
from passerelle.monitoring.findings import Check, Finding, Outcome, finding_faults


@dataclass(frozen=True, slots=True)
class Depth:
    """How far to look: `deep` reads everything, `outside` asks other machines."""

    deep: bool = False
    outside: bool = False


def examine(config: Config, depth: Depth | None = None) -> Iterator[Finding]:
    """All checks; the most basic first, so that the first failure is the one to begin with."""
    depth = depth or Depth()
    yield from _all(_of_machine(config))
    answers = list(finding_faults(_("Database"), partial(database.database, config))())
    yield from answers
    if any(one.outcome is Outcome.FAIL and one.code.startswith("PSR-STO") for one in answers):
        return
    shape = list(finding_faults(_("Migrations"), database.shape)())
    yield from shape
    if not any(one.outcome is Outcome.FAIL for one in shape):
        yield from _all(_in_database(config, depth))
    yield from _all(_of_pages(config, depth))


def _all(checks: dict[str, Check]) -> Iterator[Finding]:
    for name, check in checks.items():
        yield from finding_faults(name, check)()


def _of_machine(config: Config) -> dict[str, Check]:
    return {
        _("Settings"): partial(machine.settings, config),
        _("Home folder"): partial(machine.home, config),
        _("File system"): partial(machine.file_system, config),
        _("Key file"): partial(machine.key_file, config),
    }


def _in_database(config: Config, depth: Depth) -> dict[str, Check]:
    return {
        _("Integrity"): partial(database.integrity, deep=depth.deep),
        _("Clock"): database.clock,
        _("Whom addresses mean"): partial(addresses.addresses, deep=depth.deep),
        _("Who reads what"): partial(readers.readers, deep=depth.deep),
        _("Process Email Using"): work.processing,
        _("Installation"): care.installation,
        _("Backups"): partial(care.backups, config),
        _("Relay"): care.relay,
        _("Workers"): work.workers,
        _("Due work"): work.due_work,
        _("Smart matching"): work.smart_matching,
        _("Alerts"): work.alerts,
        _("Waits for a person"): work.people,
        _("Stored passwords"): partial(trust.passwords, config, deep=depth.deep),
        _("Certificates"): trust.certificates,
    }


def _of_pages(config: Config, depth: Depth) -> dict[str, Check]:
    checks: dict[str, Check] = {_("Address of the pages"): partial(trust.address_of_pages, config)}
    if depth.outside:
        checks[_("Certificate of the pages")] = partial(trust.pages_from_outside, config)
    return checks
