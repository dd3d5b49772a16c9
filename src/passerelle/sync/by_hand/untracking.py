"""Untrack an email: its record goes, what lies in mailboxes stays, and it does not come back.

Its places are ignored from then on, and found as other ignored mail is; nothing is owed to the
server for them any more, as what lies there is the only copy.
"""

from collections.abc import Sequence
from itertools import islice
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone

from passerelle.crm import services as crm
from passerelle.crm.models import Email
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.services import Subject
from passerelle.faults.mail.tracking import EmailGone
from passerelle.messages import key_of
from passerelle.sync.incoming.clues import MOST_ADDRESSES, TEXT_CHARS
from passerelle.sync.incoming.desk import removes_from
from passerelle.sync.models import Clue, Place, Quarantine, Touch
from passerelle.sync.models.incoming import Outcome
from passerelle.tracking import Reason

log = structlog.get_logger(__name__)


def untrack(email: Email, by: str) -> None:
    """Remove the record of an email that was read. Raises `WrittenUpon`, `EmailGone`."""
    with transaction.atomic():
        stored = Email.objects.filter(crm.WAS_READ, pk=email.pk).select_for_update().first()
        if stored is None:
            raise EmailGone
        hindrance = crm.why_not_untracked(stored)
        if hindrance is not None:
            raise hindrance
        places = list(Place.objects.filter(email=stored).values_list("pk", flat=True))
        texts = _clues(stored)
        _leave_at_the_server(places)
        crm.insert_rows(
            [Clue(text=text, place_id=place) for place in places for text in texts],
            unless_there=True,
        )
        if stored.raw_id is not None:
            Quarantine.objects.filter(raw=stored.raw_id).update(raw=None)
        crm.note(AuditAction.EMAIL_UNTRACKED, Subject("email", stored.pk), by)
        crm.remove_email(stored)
    log.info("email.untracked", email=str(email.pk), by=by)


def may_be_only_copy(email: Email) -> bool:
    """Whether a mailbox that brought it removes from the server what is tracked."""
    places = Place.objects.filter(email=email).select_related("mailbox")
    return any(removes_from(place.mailbox) is not None for place in places)


def _leave_at_the_server(places: Sequence[UUID]) -> None:
    Touch.objects.filter(place__in=places).delete()
    Place.objects.filter(pk__in=places).update(
        outcome=Outcome.IGNORED,
        reason=int(Reason.UNTRACKED_BY_HAND),
        facts={"facts": [], "looked": []},
        email=None,
        decided_on=timezone.now(),
    )


def _clues(email: Email) -> Sequence[str]:
    """By what it is found where it was ignored."""
    addresses = email.parties.values_list("address_used", flat=True)
    texts = dict.fromkeys(key_of(one) for one in islice(addresses, MOST_ADDRESSES) if one)
    if email.message_id:
        texts[email.message_id] = None
    return [text[:TEXT_CHARS] for text in texts]
