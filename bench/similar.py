"""Smart matching against a million emails: what its one query costs a message.

Fills the tables of hashes by a seeded generator: words as frequent as in a language, and a tenth of
the emails under a few subjects. `python -m bench.similar [EMAILS] [WORDS_APART] [TIMES]` prints the
figures for SQLite, or for PASSERELLE_DATABASE_URL; it needs an empty database. With TIMES a part of
the emails is made, and copied so many times by the database, under other words: what is found is
of that part, in tables of the whole size.

CPU is that of this process and of PostgreSQL's behind it, where that runs on this machine: what to
read on one that does other things.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate, islice
from typing import TYPE_CHECKING

from bench.measure import scheduled_seconds

if TYPE_CHECKING:
    from uuid import UUID

    from passerelle.crm.models import Email
    from passerelle.crm.services import Kept
    from passerelle.tracking import MatchingRules

EMAILS = 1_000_000
BATCH = 200  # messages of a cycle's batch
ROUNDS = 20
ROWS_AT_ONCE = 20_000
END = datetime(2026, 6, 1, tzinfo=UTC)
DAYS = 365
ASKED_DAYS = 30  # before the end
REACHED = END - timedelta(days=ASKED_DAYS + 90)
FLIP = 1_000_003  # another number for the same words in each copy
CROWDED = 20  # subjects that a tenth of all emails has
PEOPLE = 2_000
WORDS = [f"word{number}" for number in range(20_000)]
FREQUENCIES = list(accumulate(1 / (number + 10) for number in range(len(WORDS))))  # Zipf's law
WORDS_OF_SUBJECT = (3, 9)


def main() -> None:
    emails = int(sys.argv[1]) if len(sys.argv) > 1 else EMAILS
    apart = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    times = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    with tempfile.TemporaryDirectory(prefix="passerelle-bench-") as folder:
        os.environ |= {
            "PASSERELLE_HOME": folder,
            "PASSERELLE_LOG_LEVEL": "warning",
            "DJANGO_SETTINGS_MODULE": "passerelle.site.settings",
        }
        os.environ.setdefault("PASSERELLE_DATABASE_URL", "")
        _set_up()
        from bench.steps.analyzing import analyze
        from passerelle.tracking import MatchingRules

        begun = time.perf_counter()
        _fill(emails // times, MatchingRules(words_apart=apart))
        if times > 1:
            _multiply(times)
        analyze()
        print(f"{emails} emails filled in {time.perf_counter() - begun:.0f} s", flush=True)
        print(f"{_octets() / emails:.0f} octets an email for what is compared", flush=True)
        for words in sorted({0, apart}):  # the index of whole subjects is there with any rules
            _ask_for_all(MatchingRules(words_apart=words))


def _ask_for_all(rules: "MatchingRules") -> None:
    for subjects, kind in ((_new, "new subjects"), (_known, "answers"), (_crowded, "crowds")):
        asked = [_ask(random.Random(turn), subjects, rules) for turn in range(ROUNDS)]
        walls, cpus = zip(*asked, strict=True)
        print(
            f"{rules.words_apart} words apart, {kind}: "
            f"{statistics.median(walls):.3f} ms a message, {max(walls):.3f} at most; "
            f"CPU {statistics.median(cpus):.3f}, {max(cpus):.3f} at most (batches of {BATCH})",
            flush=True,
        )


def _set_up() -> None:
    import django
    from django.core.management import call_command

    from passerelle.configuration import ensure_keys, load_config

    ensure_keys(load_config().key_file)
    django.setup()
    call_command("migrate", verbosity=0)


def _fill(emails: int, rules: "MatchingRules") -> None:
    """Hashes for all, and a record for each that a question can reach: it is read with it."""
    made = _made(random.Random(1), emails, rules)
    while portion := list(islice(made, ROWS_AT_ONCE)):
        _load(portion)


def _multiply(times: int) -> None:
    """Each row again and again, under a key and words that nobody asks for.

    The indexes that are asked are made anew afterwards: a row at a time takes many times as long.
    """
    from django.db import connection

    from passerelle.crm.models import EmailHash, EmailHashVariant

    models = EmailHash, EmailHashVariant
    with connection.schema_editor() as editor:
        for model in models:
            editor.remove_index(model, model._meta.indexes[0])
    is_sqlite = connection.vendor == "sqlite"
    mark = "printf('%02x', turn)" if is_sqlite else "lpad(to_hex(turn), 2, '0')"
    key = f"({mark} || substr(CAST(activityid AS text), 3))" + ("" if is_sqlite else "::uuid")
    turns = (
        f"(WITH RECURSIVE turns(turn) AS (SELECT 1 UNION ALL SELECT turn + 1 FROM turns"
        f" WHERE turn < {times - 1}) SELECT turn FROM turns) AS turns"
    )
    flipped = f"((subjecthash | {FLIP} * turn) - (subjecthash & {FLIP} * turn))"
    with connection.cursor() as cursor:
        for table, columns in (
            ("emailhash", "addresshashes, senton"),
            ("emailhashvariant", "senton"),
        ):
            cursor.execute(
                f"INSERT INTO {table} (activityid, subjecthash, {columns})"
                f" SELECT {key}, {flipped}, {columns} FROM {table} CROSS JOIN {turns}"
            )
    with connection.schema_editor() as editor:
        for model in models:
            editor.add_index(model, model._meta.indexes[0])


def _load(portion: "list[tuple[Email, Kept]]") -> None:
    from django.db import transaction

    from passerelle.crm.services import load_kept, load_rows

    with transaction.atomic():
        load_rows([email for email, kept in portion if kept.row.written_on >= REACHED])
        load_kept([kept for _, kept in portion])


def _made(
    dice: random.Random, emails: int, rules: "MatchingRules"
) -> "Iterator[tuple[Email, Kept]]":
    from passerelle.crm.models import Email
    from passerelle.crm.models.mail.emails import EmailState, EmailStatus
    from passerelle.crm.services import kept_of, new_row

    for number in range(emails):
        when = END - timedelta(seconds=dice.randrange(DAYS * 86_400))
        email = new_row(
            Email,
            activity_id=_key(number),
            subject=_crowded(dice) if number % 10 == 0 else _known(dice),
            statecode=EmailState.COMPLETED,
            statuscode=EmailStatus.RECEIVED,
            sent_on=when,
            created_on=when,
            identity=number.to_bytes(32, "big"),
            text_digest=bytes(32),
            version=1,
        )
        kept = kept_of(email, _people(dice), when, rules)
        if kept is not None:
            yield email, kept


def _octets() -> int:
    """What the tables of hashes take, with their indexes."""
    from django.db import connection

    asked = (
        "SELECT pg_total_relation_size('emailhash') + pg_total_relation_size('emailhashvariant')"
        if connection.vendor == "postgresql"
        else "SELECT sum(pgsize) FROM dbstat WHERE name IN (SELECT name FROM"
        " sqlite_master WHERE tbl_name IN ('emailhash', 'emailhashvariant'))"
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return int(cursor.fetchone()[0])


def _ask(
    dice: random.Random, subjects: Callable[[random.Random], str], rules: "MatchingRules"
) -> tuple[float, float]:
    """Milliseconds a message of one batch: of the wall, and of CPU."""
    from django.db import connection

    from passerelle.crm.services import similar_to
    from passerelle.tracking import Sought, subject_digests

    connection.ensure_connection()
    asked = [
        (subjects(dice), END - timedelta(days=dice.randrange(ASKED_DAYS))) for _ in range(BATCH)
    ]
    begun, busy = time.perf_counter(), _cpu()
    similar_to({Sought(subject_digests(subject, rules), when) for subject, when in asked}, rules)
    taken = time.perf_counter() - begun, _cpu() - busy
    return taken[0] * 1_000 / BATCH, taken[1] * 1_000 / BATCH


def _cpu() -> float:
    """Seconds of this process so far, and of the one of PostgreSQL that serves it."""
    from django.db import connection

    ours = time.process_time()
    if connection.vendor != "postgresql":
        return ours
    return ours + scheduled_seconds(connection.connection.info.backend_pid)


def _new(dice: random.Random) -> str:
    return " ".join(dice.choices(WORDS, cum_weights=FREQUENCIES, k=dice.randint(*WORDS_OF_SUBJECT)))


def _known(dice: random.Random) -> str:
    """One of a fifth as many subjects as there are emails."""
    return _new(random.Random(dice.randrange(EMAILS // 5)))


def _crowded(dice: random.Random) -> str:
    return f"weekly report of all sales in region {dice.randrange(CROWDED)}"


def _people(dice: random.Random) -> list[str]:
    return [f"p{dice.randrange(PEOPLE)}@firm.example" for _ in range(dice.randint(3, 6))]


def _key(number: int) -> "UUID":
    from uuid import UUID

    # The first eight bits say which copy it is (`_multiply`).
    return UUID(int=(number * 0x9E3779B97F4A7C15F39CC0605CEDC835) % 2**120)


if __name__ == "__main__":
    main()
