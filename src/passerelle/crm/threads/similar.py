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
# PostgreSQL plans each part of a union by itself, so that all are asked in one part. It tells what
# is found in several ways once for each message: a row costs Python ten times what it costs there.
# In SQLite the text of such a question costs more than the rows.
_NEWEST_OF_EACH = """
    SELECT asked.message - 1, alike.activityid
    FROM unnest(%s::text[], %s::timestamptz[], %s::timestamptz[]) WITH ORDINALITY
        AS asked(subjects, since, before, message)
    CROSS JOIN LATERAL (
        SELECT DISTINCT newest.senton, newest.activityid
        FROM unnest(asked.subjects::bigint[]) AS words
        CROSS JOIN LATERAL (
            SELECT senton, activityid FROM {table}
            WHERE subjecthash = words AND senton >= asked.since AND senton < asked.before
            ORDER BY senton DESC LIMIT %s
        ) AS newest
        ORDER BY newest.senton DESC, newest.activityid DESC LIMIT %s
    ) AS alike
"""

Question = tuple[int, datetime]  # under which words, and written before when
Written = tuple[str, str]  # when and which email, as SQLite has it
Table = type[EmailHash | EmailHashVariant]


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
    """The newest emails under the words that are sought, by the first of these.

    Two queries for a few hundred. Of what one message asks for, no more than the newest are read.
    """
    model: Table = EmailHashVariant if rules.words_apart else EmailHash
    together = connection.vendor == "postgresql"
    found = (_newest_of_each if together else _newest_one_by_one)(sought, model._meta.db_table)
    emails = _likely(set().union(*found.values()))
    answers: dict[int, dict[UUID, Likely]] = defaultdict(dict)
    for one, keys in found.items():
        if alike := {key: emails[key] for key in keys if key in emails}:
            answers[one.subjects[0]] |= alike
    return {words: tuple(under.values()) for words, under in answers.items()}


def _newest_of_each(sought: Collection[Sought], table: str) -> Mapping[Sought, set[UUID]]:
    """The newest for each message, told by PostgreSQL."""
    found: dict[Sought, set[UUID]] = defaultdict(set)
    statement = _NEWEST_OF_EACH.format(table=table)
    for portion in portions(sorted(sought), QUESTIONS_AT_ONCE):
        subjects = [f"{{{','.join(map(str, one.subjects))}}}" for one in portion]
        since = [one.before - REACHES_BACK for one in portion]
        before = [one.before for one in portion]
        values: list[Any] = [subjects, since, before, LIKELY_MOST, LIKELY_MOST]
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            for at, email in cursor.fetchall():
                found[portion[at]].add(email)
    return found


def _newest_one_by_one(sought: Collection[Sought], table: str) -> Mapping[Sought, set[UUID]]:
    """The same from a few for each way to say a subject, told by SQLite."""
    questions = {(words, one.before) for one in sought for words in one.subjects}
    under: dict[Question, list[Written]] = {}
    for portion in portions(sorted(questions), QUESTIONS_AT_ONCE):
        statement, values = _statement(portion, table)
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            for at, when, email in cursor.fetchall():
                under.setdefault(portion[at], []).append((when, email))
    found: dict[Sought, set[UUID]] = {}
    for one in sought:
        alike = {pair for words in one.subjects for pair in under.get((words, one.before), ())}
        found[one] = {UUID(email) for _, email in sorted(alike, reverse=True)[:LIKELY_MOST]}
    return found


def _statement(portion: Sequence[Question], table: str) -> tuple[str, list[Any]]:
    """What asks SQLite for these; its rows say which of them they answer."""
    adapt = connection.ops.adapt_datetimefield_value
    asked = [(words, adapt(before - REACHES_BACK), adapt(before)) for words, before in portion]
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
