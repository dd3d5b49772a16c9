"""Taking back a word on where emails belong: each as it stood, unless it was changed since."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from passerelle.crm.merging.following import masters_of
from passerelle.crm.models import Account, Contact, Email, Lead, LinkChange, LinkStep, SignInAccount
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.services.audit_notes import Plain, Subject, note
from passerelle.crm.threads.chains import is_below
from passerelle.crm.threads.standing import Values, hold, write
from passerelle.faults.mail.tracking import ChangeUndone

_REGARDS = tuple(
    (f"{prefix}regarding_{kind.__name__.lower()}", kind)
    for prefix in ("", "answers_")
    for kind in (Account, Contact, Lead)
)
_POINTS_TO = (("correlated_activity", Email), ("proposed_activity", Email), *_REGARDS)


@dataclass(frozen=True, slots=True)
class Undone:
    """How many emails stand as before, and how many were changed since and stay."""

    restored: int
    kept: int


def newest_change(email: Email) -> LinkChange | None:
    """The newest change that this email took part in and that was not undone."""
    changes = LinkChange.objects.filter(steps__email=email, undone_on=None)
    return changes.order_by("-done_on", "-link_change_id").first()


@transaction.atomic
def undo_change(change: LinkChange, by: SignInAccount) -> Undone:
    """Undo it as far as this person may, once. Raises `ChangeUndone`."""
    open_ones = LinkChange.objects.filter(pk=change.pk, undone_on=None)
    if not open_ones.update(undone_on=timezone.now()):
        raise ChangeUndone
    steps = list(change.steps.all())
    _follow_merges([row for step in steps for row in (step.before, step.after)])
    held = hold([step.email_id for step in steps], by)
    there = _there(step.before for step in steps)
    for step in steps:
        one = held.get(step.email_id)
        if one is not None and one.before == step.after and not _circles(step):
            one.put({name: _if_there(name, value, there) for name, value in step.before.items()})
    restored = len(write(held.values()))
    detail = {"undone": True, "emails": restored}
    note(AuditAction.LINK_CHANGED, Subject("email", change.email_id), by.username, detail)
    return Undone(restored, len(steps) - restored)


def _circles(step: LinkStep) -> bool:
    """Whether what it answered before answers it by now."""
    before = step.before["correlated_activity"]
    if before in {None, step.after["correlated_activity"]}:
        return False
    return is_below(UUID(str(before)), step.email_id)


def _follow_merges(kept: Sequence[Values]) -> None:
    """What was merged since is its master now: as it stood, and as it is to stand again."""
    for name, model in _REGARDS:
        keys = {UUID(str(row[name])) for row in kept if row[name]}
        masters = {str(key): str(master) for key, master in masters_of(model, keys).items()}
        for row in kept:
            row[name] = masters.get(str(row[name]), row[name])


def _there(kept: Iterable[Values]) -> dict[str, set[str]]:
    """Of what stood before, the keys of what is still there, by where they stand."""
    rows = list(kept)
    found: dict[str, set[str]] = {}
    for name, model in _POINTS_TO:
        keys = {UUID(str(row[name])) for row in rows if row[name]}
        there = model._default_manager.filter(pk__in=keys).values_list("pk", flat=True)
        found[name] = {str(key) for key in there} if keys else set()
    return found


def _if_there(name: str, value: Plain, there: dict[str, set[str]]) -> Plain:
    return value if name not in there or value in there[name] else None
