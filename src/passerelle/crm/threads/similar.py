"""What smart matching compares: kept with each email, kept afterwards for older ones, and found.

Only hashes are kept. Which email a message is like is decided in `tracking`.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from passerelle.crm.models import (
    ActivityParty,
    Email,
    EmailHash,
    EmailHashing,
    EmailHashVariant,
)
from passerelle.crm.models.mail.emails import EmailState
from passerelle.crm.services.chunks import chunks, portions
from passerelle.crm.services.inserting import insert_rows, load_rows, load_values, new_row
from passerelle.crm.services.lookups import STORED, stored_email
from passerelle.tracking import (
    LIKELY_MOST,
    REACHES_BACK,
    Likely,
    MatchingRules,
    Sought,
    people_as_octets,
    people_of_octets,
    traits_of,
)

EMAILS_AT_ONCE = 500  # of those that were here before
VARIANTS_AT_ONCE = 5_000  # of the rules before
QUESTIONS_AT_ONCE = 400  # in one statement; SQLite joins 500
_LAST_KEY = UUID(int=2**128 - 1)
_NEWEST = """
    SELECT {number} AS question, newest.* FROM (
        SELECT senton, activityid FROM {table}
        WHERE subjecthash = %s AND senton >= %s AND senton < %s
        ORDER BY senton DESC LIMIT %s
    ) AS newest
"""
# The same for all in one part: PostgreSQL plans each part of a union by itself.
_NEWEST_OF_EACH = """
    SELECT asked.question - 1, newest.senton, newest.activityid
    FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) WITH ORDINALITY
        AS asked(words, since, before, question)
    CROSS JOIN LATERAL (
        SELECT senton, activityid FROM {table}
        WHERE subjecthash = asked.words AND senton >= asked.since AND senton < asked.before
        ORDER BY senton DESC LIMIT %s
    ) AS newest
"""

Question = tuple[int, datetime]  # under which words, and written before when
Written = tuple[Any, UUID]  # when, as the driver has it, and which email


class Variant(NamedTuple):
    """A row of `EmailHashVariant`, by the names of its fields."""

    email: UUID
    subject_hash: int
    written_on: datetime


class Kept(NamedTuple):
    """What is kept of an email."""

    row: EmailHash
    variants: tuple[Variant, ...]


def kept_of(
    email: Email, addresses: Iterable[str], written_on: datetime | None, rules: MatchingRules
) -> Kept | None:
    """What is kept of an email; None where nothing can be like it."""
    traits = traits_of(email.subject, addresses, rules)
    if traits is None or written_on is None:
        return None
    row = new_row(
        EmailHash,
        email_id=email.pk,
        subject_hash=traits.subjects[0],
        people=people_as_octets(traits.people),
        written_on=written_on,
    )
    variants = traits.subjects if rules.words_apart else ()
    return Kept(row, tuple(Variant(email.pk, one, written_on) for one in variants))


def load_kept(kept: Sequence[Kept]) -> None:
    """Keep it of new emails, in the transaction that stores them."""
    load_rows([one.row for one in kept])
    _load_variants(kept)


def _load_variants(kept: Sequence[Kept]) -> None:
    variants = [variant for one in kept for variant in one.variants]
    if variants:
        load_values(EmailHashVariant, Variant._fields, variants)


def keep_hashes(emails: Sequence[Email], rules: MatchingRules) -> None:
    """Keep what is compared of these stored emails, instead of what was kept before."""
    keys = [email.pk for email in emails]
    people = _people(keys)
    moments = ((email, email.sent_on or email.created_on) for email in emails)
    found = (kept_of(email, people[email.pk], when, rules) for email, when in moments)
    kept = [one for one in found if one is not None]
    with transaction.atomic():
        for model in (EmailHash, EmailHashVariant):
            model._default_manager.filter(email__in=keys).delete()
        insert_rows([one.row for one in kept], unless_there=True)
        _load_variants(kept)


def _people(emails: Collection[UUID]) -> Mapping[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    for chunk in chunks(emails):
        rows = ActivityParty.objects.filter(email__in=chunk).order_by()
        for email, address in rows.values_list("email", "address_used"):
            found[email].append(address)
    return found


def similar_to(sought: Collection[Sought], rules: MatchingRules) -> dict[int, tuple[Likely, ...]]:
    """The newest emails under the words that are sought, by these: two queries for a few hundred.

    Of what one message asks for, no more than the newest are read.
    """
    model = EmailHashVariant if rules.words_apart else EmailHash
    found = _newest({(words, one.before) for one in sought for words in one.subjects}, model)
    wanted: set[UUID] = set()
    for one in sought:
        under = {pair for words in one.subjects for pair in found.get((words, one.before), ())}
        wanted.update(email for _, email in sorted(under, reverse=True)[:LIKELY_MOST])
    emails = _likely(wanted)
    answers: dict[int, dict[UUID, Likely]] = defaultdict(dict)
    for (words, _), pairs in found.items():
        answers[words] |= {email: emails[email] for _, email in pairs if email in emails}
    return {words: tuple(under.values()) for words, under in answers.items() if under}


def _newest(
    questions: Collection[Question], model: type[EmailHash | EmailHashVariant]
) -> Mapping[Question, list[Written]]:
    """A few from the index for each, so that a million newsletters cost no more than twenty."""
    found: dict[Question, list[Written]] = defaultdict(list)
    keys: dict[Any, UUID] = {}  # of a crowd the same few are found again and again
    for portion in portions(sorted(questions), QUESTIONS_AT_ONCE):
        statement, values = _statement(portion, model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            for at, when, email in cursor.fetchall():
                key = keys.get(email) or keys.setdefault(email, UUID(str(email)))
                found[portion[at]].append((when, key))
    return found


def _statement(portion: Sequence[Question], table: str) -> tuple[str, list[Any]]:
    """What asks for these; its rows say which of them they answer."""
    adapt = connection.ops.adapt_datetimefield_value
    asked = [(words, adapt(before - REACHES_BACK), adapt(before)) for words, before in portion]
    if connection.vendor == "postgresql":
        columns: list[Any] = [list(column) for column in zip(*asked, strict=True)]
        return _NEWEST_OF_EACH.format(table=table), [*columns, LIKELY_MOST]
    parts = [_NEWEST.format(number=at, table=table) for at in range(len(asked))]
    return "UNION ALL".join(parts), [value for one in asked for value in (*one, LIKELY_MOST)]


def _likely(wanted: Collection[UUID]) -> dict[UUID, Likely]:
    found: dict[UUID, Likely] = {}
    columns = tuple(f"email__{name}" for name in STORED)
    for chunk in chunks(wanted):
        rows = EmailHash.objects.filter(email__in=chunk, email__statecode=EmailState.COMPLETED)
        for people, when, *row in rows.values_list("people", "written_on", *columns):
            email = stored_email(*row)
            found[email.activityid] = Likely(email, when, people_of_octets(bytes(people)))
    return found


def begin_hashing() -> None:
    """Have what is here compared by today's rules, as far back as anything is."""
    now, newest = timezone.now(), EmailHashVariant.objects.aggregate(number=Max("number"))
    start = {"since": now - REACHES_BACK, "at_on": now, "at_email": _LAST_KEY}
    EmailHashing.objects.update_or_create(
        only=True,
        defaults=start | {"emails": 0, "ended_on": None, "former_variant": newest["number"] or 0},
    )


def hash_some(
    rules: Callable[[], MatchingRules | None],
    limit: int = EMAILS_AT_ONCE,
    guard: Callable[[], None] = lambda: None,
) -> bool:
    """Keep what is compared of the next ones; whether any were left. A fixed number of queries.

    `guard` is called first within the transaction, and `rules` once nobody can begin anew.
    """
    with transaction.atomic():
        guard()
        row = EmailHashing.objects.select_for_update().filter(ended_on=None).first()
        if row is None or (matching := rules()) is None:
            return False
        emails = list(_older_than(row)[:limit])
        keep_hashes(emails, matching)
        if emails:
            row.at_on, row.at_email = emails[-1].created_on, emails[-1].pk
            row.emails += len(emails)
        is_more = bool(emails) or _remove_former(row)
        if not is_more:
            row.ended_on = timezone.now()
        row.save()
        return is_more


def _remove_former(row: EmailHashing) -> bool:
    """Remove some variants of the rules before, of older emails; whether any were left."""
    former = EmailHashVariant.objects.filter(number__lte=row.former_variant).order_by("number")
    numbers = list(former.values_list("number", flat=True)[:VARIANTS_AT_ONCE])
    if numbers:
        former.filter(number__lte=numbers[-1]).delete()
    return bool(numbers)


def _older_than(row: EmailHashing) -> QuerySet[Email]:
    """The emails before the one that was looked at last, the newest first, from the index."""
    before = Q(created_on__lt=row.at_on) | Q(activity_id__lt=row.at_email)
    emails = Email.objects.filter(before, created_on__lte=row.at_on, created_on__gte=row.since)
    newest = emails.filter(statecode=EmailState.COMPLETED).order_by("-created_on", "-activity_id")
    return newest.only("pk", "subject", "sent_on", "created_on")


def hashing() -> EmailHashing | None:
    """How far that got; None where it was never begun."""
    return EmailHashing.objects.first()
