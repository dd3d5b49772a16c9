"""Smart matching against a million emails: what its one query costs a message.

Fills the table of hashes by a seeded generator, some subjects with very many emails, and records
only for what is found. `python -m bench.similar [EMAILS]` prints the figure for SQLite, or for
PASSERELLE_DATABASE_URL; it needs an empty database.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

    from passerelle.crm.models import Email, EmailHash
    from passerelle.tracking import Sought

EMAILS = 1_000_000
BATCH = 200  # messages of a cycle's batch
ROUNDS = 20
ROWS_AT_ONCE = 20_000
END = datetime(2026, 6, 1, tzinfo=UTC)
DAYS = 365
CROWDED = 20  # subjects that a tenth of all emails has
PEOPLE = 2_000
WORDS = [f"word{number}" for number in range(300)]


def main() -> None:
    emails = int(sys.argv[1]) if len(sys.argv) > 1 else EMAILS
    with tempfile.TemporaryDirectory(prefix="passerelle-bench-") as folder:
        os.environ |= {
            "PASSERELLE_HOME": folder,
            "PASSERELLE_LOG_LEVEL": "warning",
            "DJANGO_SETTINGS_MODULE": "passerelle.site.settings",
        }
        os.environ.setdefault("PASSERELLE_DATABASE_URL", "")
        _set_up()
        begun = time.perf_counter()
        _fill(emails)
        print(f"{emails} emails filled in {time.perf_counter() - begun:.0f} s", flush=True)
        for crowded in (False, True):
            milliseconds = [_ask(random.Random(turn), crowded=crowded) for turn in range(ROUNDS)]
            kind = "subjects that very many have" if crowded else "any subjects"
            print(
                f"{kind}: {statistics.median(milliseconds):.3f} ms a message, "
                f"{max(milliseconds):.3f} at most (batches of {BATCH})",
                flush=True,
            )


def _set_up() -> None:
    import django
    from django.core.management import call_command

    from passerelle.configuration import ensure_keys, load_config

    ensure_keys(load_config().key_file)
    django.setup()
    call_command("migrate", verbosity=0)


def _fill(emails: int) -> None:
    """Hashes for all, and a record for each: what is found is read with it."""
    from django.db import transaction

    from passerelle.crm.models import Email, EmailHash
    from passerelle.crm.services import load_rows

    dice = random.Random(1)
    hashes: list[EmailHash] = []
    records: list[Email] = []
    for email, kept in _made(dice, emails):
        records.append(email)
        hashes.append(kept)
        if len(records) == ROWS_AT_ONCE:
            with transaction.atomic():
                load_rows(records)
                load_rows(hashes)
            records, hashes = [], []
    with transaction.atomic():
        load_rows(records)
        load_rows(hashes)


def _made(dice: random.Random, emails: int) -> Iterator[tuple["Email", "EmailHash"]]:
    from passerelle.crm.models import Email
    from passerelle.crm.models.emails import EmailState, EmailStatus
    from passerelle.crm.services import email_hash

    for number in range(emails):
        when = END - timedelta(seconds=dice.randrange(DAYS * 86_400))
        email = Email(
            activity_id=_key(number),
            subject=_subject(dice, crowded=dice.random() < 0.1),
            statecode=EmailState.COMPLETED,
            statuscode=EmailStatus.RECEIVED,
            sent_on=when,
            created_on=when,
            identity=number.to_bytes(32, "big"),
            text_digest=bytes(32),
            version=1,
        )
        kept = email_hash(email, _people(dice), when, ())
        assert kept is not None
        yield email, kept


def _ask(dice: random.Random, *, crowded: bool) -> float:
    """Milliseconds a message of one batch."""
    from django.db import connection

    from passerelle.crm.services import similar_to

    connection.ensure_connection()
    sought = {_sought(dice, crowded=crowded) for _ in range(BATCH)}
    begun = time.perf_counter()
    similar_to(sought)
    return (time.perf_counter() - begun) * 1_000 / BATCH


def _sought(dice: random.Random, *, crowded: bool) -> "Sought":
    from passerelle.tracking import Sought, traits_of

    traits = traits_of(_subject(dice, crowded=crowded), ["a@x.example", "b@x.example"], ())
    assert traits is not None
    return Sought(traits.subject, END - timedelta(days=dice.randrange(30)))


def _subject(dice: random.Random, *, crowded: bool) -> str:
    if crowded:
        return f"weekly report {dice.randrange(CROWDED)}"
    return " ".join(dice.sample(WORDS, 2))


def _people(dice: random.Random) -> list[str]:
    return [f"p{dice.randrange(PEOPLE)}@firm.example" for _ in range(dice.randint(3, 6))]


def _key(number: int) -> "UUID":
    from uuid import UUID

    return UUID(int=(number * 0x9E3779B97F4A7C15F39CC0605CEDC835) % 2**128)


if __name__ == "__main__":
    main()
