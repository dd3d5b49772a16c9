"""Emails into the index, some seconds after they are stored: recording one waits for nothing.

Who makes or completes an email asks for it in the same transaction (`ask_to_index`), so none is
forgotten; work of the engine indexes what waits.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from uuid import UUID

from django.db import transaction

from passerelle.crm.models import (
    ActivityMimeAttachment,
    ActivityParty,
    Email,
    EmailToIndex,
    IndexedEmail,
)
from passerelle.crm.search.databases import put
from passerelle.crm.search.words import of_headers, words_of
from passerelle.crm.services.chunks import portions
from passerelle.crm.services.inserting import load_values

EMAILS_AT_ONCE = 200  # some tenths of a second, in which others write nothing on SQLite
ASKED_AT_ONCE = 10_000  # of a rebuild

_HEADS = ("subject", "sender", "to_recipients", "message_id")


def ask_to_index(emails: Iterable[UUID]) -> None:
    """Have these emails indexed; in the transaction that stores or completes them."""
    load_values(EmailToIndex, ("email",), [(email,) for email in emails])


def some_wait() -> bool:
    """Whether what was stored is not all found yet."""
    return EmailToIndex.objects.exists()


def index_some(limit: int = EMAILS_AT_ONCE, guard: Callable[[], None] = lambda: None) -> int:
    """Index those that wait longest; how many were looked at. A fixed number of queries.

    The words are read before the transaction, so that recording waits for the writing alone: an
    email that changes meanwhile has asked again. `guard` is called first within it.
    """
    rows = EmailToIndex.objects.order_by("number").values_list("number", "email")
    waiting = dict(rows[:limit])
    if not waiting:
        return 0
    words = _words(list(dict.fromkeys(waiting.values())))
    with transaction.atomic():
        guard()
        put({number: words[email] for email, number in _numbers(words).items()})
        EmailToIndex.objects.filter(number__in=list(waiting)).delete()
    return len(waiting)


def rebuild() -> int:
    """Ask for every email; how many they are. For an index that is not believed."""
    with transaction.atomic():
        EmailToIndex.objects.all().delete()
        rows = Email.objects.order_by("created_on")
        keys = rows.values_list("pk", flat=True).iterator(chunk_size=ASKED_AT_ONCE)
        count = 0
        for chunk in portions(keys, ASKED_AT_ONCE):
            ask_to_index(chunk)
            count += len(chunk)
    return count


def _words(keys: list[UUID]) -> dict[UUID, list[str]]:
    """The words of these emails by their key, marked ones of headers too; of what is gone, none."""
    people, files = _people(keys), _files(keys)
    rows = Email.objects.filter(pk__in=keys).values_list("pk", "description", *_HEADS)
    texts = {key: (text, [*heads, *people.get(key, ())]) for key, text, *heads in rows}
    return {
        key: _all_and_heads(*texts[key], files.get(key, ()))
        for key in keys  # in their order, which becomes that of their numbers
        if key in texts
    }


def _all_and_heads(text: str, heads: Sequence[str], files: Iterable[str]) -> list[str]:
    return [*words_of((*heads, text, *files)), *of_headers(words_of(heads))]


def _people(keys: list[UUID]) -> Mapping[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    rows = ActivityParty.objects.filter(email__in=keys).order_by()
    for key, address, name in rows.values_list("email", "address_used", "name_used"):
        found[key] += (address, name)
    return found


def _files(keys: list[UUID]) -> Mapping[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    rows = ActivityMimeAttachment.objects.filter(email__in=keys).order_by()
    for key, name in rows.values_list("email", "filename"):
        found[key].append(name)
    return found


def _numbers(words: Mapping[UUID, object]) -> dict[UUID, int]:
    """The number of each email in the index; who has none gets the next one."""
    IndexedEmail.objects.bulk_create(
        [IndexedEmail(email_id=key) for key in words], ignore_conflicts=True
    )
    return dict(IndexedEmail.objects.filter(email__in=list(words)).values_list("email", "number"))
