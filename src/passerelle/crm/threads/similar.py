"""What smart matching compares: kept with each email, kept afterwards for older ones, and found.

Only hashes are kept. Which email a message is like is decided in `tracking`.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from passerelle.crm.models import ActivityParty, Email, EmailHash, EmailHashing
from passerelle.crm.models.emails import EmailState
from passerelle.crm.services.chunks import chunks
from passerelle.crm.services.inserting import insert_rows, new_row
from passerelle.crm.services.lookups import STORED, stored_email
from passerelle.tracking import (
    LIKELY_MOST,
    REACHES_BACK,
    Likely,
    Sought,
    TokenFormat,
    people_as_octets,
    people_of_octets,
    traits_of,
)

Forms = tuple[TokenFormat, ...]

EMAILS_AT_ONCE = 500  # of those that were here before
SOUGHT_AT_ONCE = 400  # in one statement; SQLite joins 500
_LAST_KEY = UUID(int=2**128 - 1)
_NEWEST = """
    SELECT * FROM (
        SELECT activityid FROM emailhash
        WHERE subjecthash = %s AND senton >= %s AND senton < %s
        ORDER BY senton DESC LIMIT %s
    ) AS newest
"""


def email_hash(
    email: Email, addresses: Iterable[str], written_on: datetime | None, forms: Forms
) -> EmailHash | None:
    """What is kept of an email; None where nothing can be like it."""
    traits = traits_of(email.subject, addresses, forms)
    if traits is None or written_on is None:
        return None
    return new_row(
        EmailHash,
        email_id=email.pk,
        subject_hash=traits.subject,
        people=people_as_octets(traits.people),
        written_on=written_on,
    )


def keep_hashes(emails: Sequence[Email], forms: Forms) -> None:
    """Keep what is compared of these stored emails, instead of what was kept before."""
    people = _people([email.pk for email in emails])
    moments = ((email, email.sent_on or email.created_on) for email in emails)
    hashes = (email_hash(email, people[email.pk], when, forms) for email, when in moments)
    with transaction.atomic():
        EmailHash.objects.filter(email__in=[email.pk for email in emails]).delete()
        insert_rows([one for one in hashes if one is not None], unless_there=True)


def _people(emails: Collection[UUID]) -> Mapping[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    for chunk in chunks(emails):
        rows = ActivityParty.objects.filter(email__in=chunk).order_by()
        for email, address in rows.values_list("email", "address_used"):
            found[email].append(address)
    return found


def similar_to(sought: Collection[Sought]) -> dict[int, tuple[Likely, ...]]:
    """The newest emails under the words that are sought, by them: one query for a batch."""
    found: dict[int, dict[UUID, Likely]] = defaultdict(dict)
    ordered = sorted(sought)
    for start in range(0, len(ordered), SOUGHT_AT_ONCE):
        newest = _newest(ordered[start : start + SOUGHT_AT_ONCE])
        rows = EmailHash.objects.filter(email__in=newest, email__statecode=EmailState.COMPLETED)
        columns = (f"email__{name}" for name in STORED)
        for words, people, when, *row in rows.values_list(
            "subject_hash", "people", "written_on", *columns
        ):
            email = stored_email(*row)
            found[words][email.activityid] = Likely(email, when, people_of_octets(bytes(people)))
    return {words: tuple(emails.values()) for words, emails in found.items()}


def _newest(sought: Sequence[Sought]) -> RawSQL:
    """Their keys. A few from the index for each: a million newsletters cost no more than twenty."""
    adapt = connection.ops.adapt_datetimefield_value
    values: list[object] = []
    for words, before in sought:
        values += (words, adapt(before - REACHES_BACK), adapt(before), LIKELY_MOST)
    return RawSQL("UNION ALL".join([_NEWEST] * len(sought)), values)  # noqa: S611 (text of ours)


def begin_hashing() -> None:
    """Have what is here already compared, too, as far back as anything is."""
    now = timezone.now()
    start = {"since": now - REACHES_BACK, "at_on": now, "at_email": _LAST_KEY}
    EmailHashing.objects.update_or_create(
        only=True, defaults=start | {"emails": 0, "ended_on": None}
    )


def hash_some(
    forms: Forms, limit: int = EMAILS_AT_ONCE, guard: Callable[[], None] = lambda: None
) -> bool:
    """Keep what is compared of the next ones; whether any were left. A fixed number of queries.

    `guard` is called first within the transaction.
    """
    with transaction.atomic():
        guard()
        row = EmailHashing.objects.select_for_update().filter(ended_on=None).first()
        if row is None:
            return False
        emails = list(_older_than(row)[:limit])
        keep_hashes(emails, forms)
        if emails:
            row.at_on, row.at_email = emails[-1].created_on, emails[-1].pk
            row.emails += len(emails)
        else:
            row.ended_on = timezone.now()
        row.save()
        return bool(emails)


def _older_than(row: EmailHashing) -> QuerySet[Email]:
    """The emails before the one that was looked at last, the newest first, from the index."""
    before = Q(created_on__lt=row.at_on) | Q(activity_id__lt=row.at_email)
    emails = Email.objects.filter(before, created_on__lte=row.at_on, created_on__gte=row.since)
    newest = emails.filter(statecode=EmailState.COMPLETED).order_by("-created_on", "-activity_id")
    return newest.only("pk", "subject", "sent_on", "created_on")


def hashing() -> EmailHashing | None:
    """How far that got; None where it was never begun."""
    return EmailHashing.objects.first()
