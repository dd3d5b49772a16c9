"""Listing the folders of a mailbox at its server, for a person who waits: work of the engine.

One command after the sign-in, and no folder is opened. Killed, it is done again. The list is kept
until the next one, with the time at which the server gave it.
"""

from contextlib import closing
from typing import Protocol

import structlog
from django.db import transaction
from django.utils import timezone

from passerelle.engine.services import Again, Lease, ask_many, fence
from passerelle.faults import Fault
from passerelle.faults.mail.protocols import ProtocolFault
from passerelle.faults.mail.tracking import FolderFault, NoFoldersHere
from passerelle.faults.mailboxes import MailboxFault
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.models.choices import Direction, IncomingProtocol
from passerelle.protocols.interfaces import MailFolders, MailSource, StepName, Watch
from passerelle.sync.folders.finding import can_be_shown
from passerelle.sync.models import FolderLook

log = structlog.get_logger(__name__)

KIND = "folders"
DEADLINE_SECONDS = 120.0
TRIES = 3
LIST = "list-folders"  # the step after those of opening
DONE = Again(None)
MOST_KEPT = 2_000  # folders of one account that are shown


class OpenSource(Protocol):
    """What opens the mail of a mailbox, telling each step of it."""

    def __call__(self, mailbox: Mailbox, *, watch: Watch) -> MailSource: ...


def has_folders(mailbox: Mailbox) -> bool:
    """Whether folders can be read beside its inbox."""
    profile = mailbox.profile
    is_imap = profile is not None and profile.incoming_protocol == IncomingProtocol.IMAP
    return is_imap and not mailbox.is_forward_mailbox


def request_folders(mailbox: Mailbox, by: str) -> FolderLook:
    """Have the folders listed as soon as a worker can. Raises `NoFoldersHere`."""
    if not has_folders(mailbox):
        raise NoFoldersHere(mailbox=mailbox.name)
    with transaction.atomic():
        asked = {"requested_by": by, "requested_on": timezone.now()}
        fresh: dict[str, object] = {"step": "", "finished_on": None, "code": "", "facts": {}}
        look, _ = FolderLook.objects.update_or_create(mailbox=mailbox, defaults=asked | fresh)
        ask_many(KIND, [mailboxes.asked(mailbox, Direction.INCOMING)])
    log.info("folders.requested", mailbox=str(mailbox.pk), by=by)
    return look


def look_of(mailbox: Mailbox) -> FolderLook | None:
    """The last list, finished or not."""
    return FolderLook.objects.filter(mailbox=mailbox).first()


def run(lease: Lease) -> Again:
    """The function that the engine calls."""
    return look(lease, mailboxes.open_source)


def look(lease: Lease, open_source: OpenSource) -> Again:
    """List them, unless that is done; what went wrong is the answer, too."""
    asked = FolderLook.objects.filter(pk=lease.key, finished_on=None).exists()
    mailbox = Mailbox.objects.select_related(*mailboxes.RELATED).filter(pk=lease.key).first()
    if not asked or mailbox is None:
        return DONE
    try:
        with closing(open_source(mailbox, watch=_watch(lease))) as source:
            found = _listed(lease, mailbox, source)
    except (ProtocolFault, MailboxFault, FolderFault) as fault:
        _finish(lease, code=fault.code, facts=dict(fault.facts))
    else:
        _finish(lease, code="", facts={}, folders=found)
    return DONE


def failed(lease: Lease, fault: Fault) -> None:
    """What is broken off again and again ends, so that nobody waits for it."""
    if lease.attempts + 1 >= TRIES:
        _finish(lease, code=fault.code, facts=dict(fault.facts))


def _watch(lease: Lease) -> Watch:
    def watch(step: StepName, fact: str) -> None:
        del fact
        _step(lease, step.value)

    return watch


def _listed(lease: Lease, mailbox: Mailbox, source: MailSource) -> list[list[object]]:
    if not isinstance(source, MailFolders):
        raise NoFoldersHere(mailbox=mailbox.name)
    _step(lease, LIST)
    shown = [one for one in source.folders() if can_be_shown(one.name)]
    shown.sort(key=lambda one: one.name.casefold())
    return [[one.name, one.delimiter, one.is_open] for one in shown[:MOST_KEPT]]


def _step(lease: Lease, step: str) -> None:
    with transaction.atomic():
        fence(lease)
        FolderLook.objects.filter(pk=lease.key).update(step=step)


def _finish(lease: Lease, **values: object) -> None:
    with transaction.atomic():
        fence(lease)
        FolderLook.objects.filter(pk=lease.key).update(finished_on=timezone.now(), **values)
