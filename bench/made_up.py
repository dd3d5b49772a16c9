"""Made-up correspondence of a company, the same from one seed: who wrote what to whom. Pure.

Skewed as mail is: few customers write most of it, few words make most of the texts, most threads
are short and some have two hundred emails. Nothing here is anybody's mail.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate

FROM, UNTIL = datetime(2024, 1, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
USERS, QUEUES = 40, 5
EMAILS_OF_FEW = 200  # of the user who is the last one, evenly among all others
VOCABULARY = 60_000
SENTENCES, SENTENCE_WORDS, TEXT_SENTENCES = 20_000, 12, 10
OPEN_THREADS, THREAD_MOST = 3_000, 200
SYLLABLES = [one + other for one in "bcdfglmnprstv" for other in "aeio"] + ["èl", "ön", "ük", "ça"]


@dataclass(frozen=True, slots=True)
class Made:
    """One email; people and earlier emails by their number."""

    number: int
    answers: int | None  # an earlier email
    customer: int
    user: int  # USERS: who has few
    queue: int | None  # where it lies, too
    is_sent: bool
    has_file: bool
    subject: str
    text: str
    moment: datetime


@dataclass(slots=True)
class _Thread:
    last: int
    subject: str
    customer: int
    user: int
    length: int = 1


def words() -> list[str]:
    """The vocabulary, the most frequent word first."""
    chance = random.Random(1)
    found: dict[str, None] = {}
    while len(found) < VOCABULARY:
        found["".join(chance.choices(SYLLABLES, k=chance.choice((2, 3, 3, 4))))] = None
    return list(found)


def customers_of(emails: int) -> int:
    """As many customers as emails: most of them have not written yet."""
    return max(100, emails)


def correspondence(emails: int, *, of_few: int = EMAILS_OF_FEW, seed: int = 7) -> Iterator[Made]:
    """So many emails, the oldest first; `of_few` are of the user who has few."""
    chance = random.Random(seed)
    sentences = _sentences(chance)
    customers = _skewed(customers_of(emails))
    users = _skewed(USERS)
    threads: list[_Thread] = []
    for number in range(emails):
        thread = _thread(chance, threads, customers, users, sentences)
        answers = thread.last if thread.length > 1 else None
        thread.last = number
        is_of_few = number % max(1, emails // of_few) == 0
        yield Made(
            number=number,
            answers=answers,
            customer=thread.customer,
            user=USERS if is_of_few else thread.user,
            queue=_queue(chance),
            is_sent=chance.random() < 0.35,
            has_file=chance.random() < 0.2,
            subject=thread.subject,
            text=". ".join(chance.choices(sentences, k=TEXT_SENTENCES)),
            moment=FROM + (UNTIL - FROM) * (number / emails) + timedelta(microseconds=number),
        )


def _sentences(chance: random.Random) -> list[str]:
    vocabulary, weights = words(), _skewed(VOCABULARY)
    return [
        " ".join(chance.choices(vocabulary, cum_weights=weights, k=SENTENCE_WORDS))
        for _ in range(SENTENCES)
    ]


def _skewed(count: int) -> list[float]:
    """Cumulated weights by Zipf's law."""
    return list(accumulate(1 / (rank + 3) for rank in range(count)))


def _thread(
    chance: random.Random,
    threads: list[_Thread],
    customers: Sequence[float],
    users: Sequence[float],
    sentences: Sequence[str],
) -> _Thread:
    """One that goes on, the busiest ones oftener; or a new one in the place of an old one."""
    if threads and chance.random() < 0.6:
        thread = threads[int(len(threads) * chance.random() ** 3)]
        if thread.length < THREAD_MOST:
            thread.length += 1
            return thread
    customer = chance.choices(range(len(customers)), cum_weights=customers)[0]
    user = chance.choices(range(len(users)), cum_weights=users)[0]
    thread = _Thread(-1, chance.choice(sentences)[:60].capitalize(), customer, user)
    if len(threads) < OPEN_THREADS:
        threads.append(thread)
    else:
        threads[chance.randrange(OPEN_THREADS)] = thread
    return thread


def _queue(chance: random.Random) -> int | None:
    """A tenth of all mail lies in the first queue, little in the others."""
    if chance.random() < 0.1:
        return 0
    return chance.randrange(1, QUEUES) if chance.random() < 0.05 else None
