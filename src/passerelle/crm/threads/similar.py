"""What smart matching compares: kept with each email, kept afterwards for older ones, and found.

Only hashes are kept. Which email a message is like is decided in `tracking`.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
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
MESSAGES_AT_ONCE = 400  # that one statement asks for
_LAST_KEY = UUID(int=2**128 - 1)
# Both tell each email once for a message, however many ways to say its subject find it: a row costs
# Python ten times what it costs them. Of each way no more than the newest are looked at, so that a
# message costs the same whatever is stored. All are asked in one part, as PostgreSQL plans each
# part of a union by itself, and SQLite reads the text of each.
_BY_POSTGRESQL = """
    SELECT asked.message - 1, alike.activityid
    FROM unnest(%s::text[], %s::timestamptz[], %s::timestamptz[]) WITH ORDINALITY
        AS asked(subjects, since, before, message)
    CROSS JOIN LATERAL (
        SELECT DISTINCT newest.senton, newest.activityid
        FROM unnest(asked.subjects::bigint[]) AS words
        CROSS JOIN LATERAL (
            SELECT senton, activityid FROM {table}
            WHERE subjecthash = words AND senton >= asked.since AND senton < asked.before
            ORDER BY senton DESC LIMIT {most}
        ) AS newest
        ORDER BY newest.senton DESC, newest.activityid DESC LIMIT {most}
    ) AS alike
"""
# SQLite joins no part that depends on another, so what does is an expression.
_BY_SQLITE = """
    WITH asked AS MATERIALIZED (
        SELECT key AS message, json_extract(value, '$[0]') AS subjects,
            json_extract(value, '$[1]') AS since, json_extract(value, '$[2]') AS before
        FROM json_each(%s)
    )
    SELECT asked.message, alike.value
    FROM asked CROSS JOIN json_each((
        SELECT json_group_array(activityid) FROM (
            SELECT DISTINCT newest.senton, newest.activityid
            FROM json_each(asked.subjects) AS words
            CROSS JOIN {table} AS newest
            WHERE newest.rowid IN (
                SELECT rowid FROM {table}
                WHERE subjecthash = words.value
                    AND senton >= asked.since AND senton < asked.before
                ORDER BY senton DESC LIMIT {most}
            )
            ORDER BY newest.senton DESC, newest.activityid DESC LIMIT {most}
        )
    )) AS alike
"""

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
    found = _newest_of_each(sought, model._meta.db_table)
    emails = _likely(set().union(*found.values()))
    answers: dict[int, dict[UUID, Likely]] = defaultdict(dict)
    for one, keys in found.items():
        if alike := {key: emails[key] for key in keys if key in emails}:
            answers[one.subjects[0]] |= alike
    return {words: tuple(under.values()) for words, under in answers.items()}


def _newest_of_each(sought: Collection[Sought], table: str) -> Mapping[Sought, set[UUID]]:
    """The newest for each message, whichever way to say its subject finds them."""
    tell = _told_by_postgresql if connection.vendor == "postgresql" else _told_by_sqlite
    found: dict[Sought, set[UUID]] = defaultdict(set)
    for portion in portions(sorted(sought), MESSAGES_AT_ONCE):
        for at, email in tell(portion, table):
            found[portion[at]].add(email)
    return found


def _told_by_postgresql(portion: Sequence[Sought], table: str) -> list[tuple[int, UUID]]:
    subjects = [f"{{{','.join(map(str, one.subjects))}}}" for one in portion]
    since = [one.before - REACHES_BACK for one in portion]
    before = [one.before for one in portion]
    with connection.cursor() as cursor:
        statement = _BY_POSTGRESQL.format(table=table, most=LIKELY_MOST)
        cursor.execute(statement, [subjects, since, before])
        found: list[tuple[int, UUID]] = cursor.fetchall()
    return found


def _told_by_sqlite(portion: Sequence[Sought], table: str) -> list[tuple[int, UUID]]:
    adapt = connection.ops.adapt_datetimefield_value
    asked = [(one.subjects, adapt(one.before - REACHES_BACK), adapt(one.before)) for one in portion]
    with connection.cursor() as cursor:
        cursor.execute(_BY_SQLITE.format(table=table, most=LIKELY_MOST), [json.dumps(asked)])
        return [(at, UUID(email)) for at, email in cursor.fetchall()]


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
