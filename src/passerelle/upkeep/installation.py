"""The installation and its copies: where it is, what a copy knows of itself, who says otherwise.

A database takes the place where it is first started. Started elsewhere it is a copy, and rests,
until a person says "this is the real one now" or "this is a copy". What waited to be sent then
waits for a person, since the original may have sent it. Nothing here is remembered by a process:
all of it is one row, so that a kill or two people at once leave one of the two answers.
"""

from dataclasses import dataclass

import structlog
from django.db import transaction

from passerelle.alerts.services import SYSTEM, SubjectKind, heal, record
from passerelle.crm import services as crm
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.services import Subject
from passerelle.engine.services import crash_point
from passerelle.faults.upkeep import CopyWaits
from passerelle.mailboxes.models import Mailbox, SystemSettings
from passerelle.mailboxes.services import is_copy, schedule, system_settings, this_place
from passerelle.sync.services import hold_what_waits

log = structlog.get_logger(__name__)

SUBJECT = Subject("installation")
ACTIVITY = "copy"


@dataclass(frozen=True, slots=True)
class Standing:
    """How this database stands."""

    is_copy: bool
    said_copy: bool  # by a person or a restore, not seen by the place
    place: str  # where the installation is; empty before its first start
    here: str

    @property
    def moved(self) -> bool:
        return bool(self.place) and self.place != self.here


def standing() -> Standing:
    """As it is now; changes nothing."""
    settings = system_settings()
    here = this_place()
    return Standing(is_copy(settings), settings.is_copy, settings.place, here)


def take_place() -> Standing:
    """At the start: a new installation takes this place; a copy raises the alert."""
    system_settings()
    SystemSettings.objects.filter(place="", is_copy=False).update(place=this_place())
    found = standing()
    if found.is_copy:
        record(SubjectKind.SYSTEM, SYSTEM, ACTIVITY, CopyWaits())
        log.warning("installation.is_copy", said=found.said_copy, moved=found.moved)
    else:
        heal(SubjectKind.SYSTEM, SYSTEM, ACTIVITY)
    return found


def confirm_real(by: str, *, hold: bool = True) -> int:
    """From now on this is the installation, and works; how many emails were held back.

    `hold`: the original may have sent since what waits here, so a person decides about each.
    """
    system_settings()
    with transaction.atomic():
        stored = SystemSettings.objects.select_for_update().get(only=True)
        if not is_copy(stored):
            return 0
        before = crm.plain_values(stored, ["place", "is_copy"])
        held = hold_what_waits() if hold else 0
        stored.place, stored.is_copy = this_place(), False
        stored.save(update_fields=["place", "is_copy"])
        detail = {**crm.changes(before, stored), "held": held}
        crm.note(AuditAction.INSTALLATION_CONFIRMED, SUBJECT, by, detail)
        schedule(Mailbox.objects.all())
        crash_point("installation.confirming")
    heal(SubjectKind.SYSTEM, SYSTEM, ACTIVITY)
    log.info("installation.confirmed", by=by, held=held)
    return held


def declare_copy(by: str, *, name: str = "") -> None:
    """From now on this is a copy: it rests wherever it is, until it is confirmed.

    A name tells it apart on its pages.
    """
    system_settings()
    with transaction.atomic():
        stored = SystemSettings.objects.select_for_update().get(only=True)
        before = crm.plain_values(stored, ["place", "is_copy"])
        stored.place, stored.is_copy = this_place(), True
        stored.save(update_fields=["place", "is_copy"])
        if name.strip():
            crm.rename_organization(name.strip())
        crm.note(AuditAction.INSTALLATION_COPIED, SUBJECT, by, crm.changes(before, stored))
    record(SubjectKind.SYSTEM, SYSTEM, ACTIVITY, CopyWaits())
    log.info("installation.declared_copy", by=by)
