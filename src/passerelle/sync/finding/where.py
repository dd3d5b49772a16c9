"""Where is my mail? Every message with an address or a Message-ID, and what became of it.

Ignored mail and mail in quarantine is found by its clues, tracked and sent mail by the parties and
the Message-ID of its record. Each source is one seek by the text and the key; keys are
time-ordered, so that the newest of all sources are the newest of each, merged.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from passerelle.crm.models import ActivityParty, Email
from passerelle.crm.models.mail.emails import TEXTS, EmailStatus
from passerelle.guids import first_guid_of
from passerelle.messages import clean_line, parse_address
from passerelle.sync.finding.sight import Seer
from passerelle.sync.incoming.clues import TEXT_CHARS
from passerelle.sync.models import Clue, Place
from passerelle.sync.models.incoming import Outcome

PAGE_ROWS = 50
_UNREAD = (*TEXTS, "subject")


@dataclass(frozen=True, slots=True)
class Sought:
    """What a person typed, as it is stored: an address, a Message-ID, or what may be both."""

    address: str = ""  # lower case
    message_id: str = ""  # in angle brackets

    def __bool__(self) -> bool:
        return bool(self.address or self.message_id)

    @property
    def texts(self) -> list[str]:
        return [text for text in (self.address, self.message_id) if text]


@dataclass(frozen=True, slots=True)
class Found:
    """One message: its record, or the place where it was decided, or both."""

    key: UUID
    place: Place | None  # None: sent from here, or read in a mailbox that is not to be told
    email: Email | None
    opens: bool  # whether the page of the email is the reader's to open


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A page of messages, the newest first; the cursors are "" where nothing follows.

    `imported` are emails of another system whose keys tell no time: on the first page, some.
    """

    rows: tuple[Found, ...] = ()
    after: str = ""
    before: str = ""
    imported: tuple[Found, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.rows or self.imported or self.before)


@dataclass(frozen=True, slots=True)
class _Source:
    """Rows that point to messages, and by which column."""

    rows: QuerySet[Any]
    column: str

    def below(self, key: UUID, count: int) -> list[UUID]:
        return self._keys({f"{self.column}__lt": key}, f"-{self.column}", count)

    def above(self, key: UUID, end: UUID, count: int) -> list[UUID]:
        column = self.column
        return self._keys({f"{column}__gt": key, f"{column}__lt": end}, column, count)

    def beyond(self, end: UUID, count: int) -> list[UUID]:
        return self._keys({f"{self.column}__gte": end}, f"-{self.column}", count)

    def _keys(self, window: dict[str, UUID], order: str, count: int) -> list[UUID]:
        rows = self.rows.filter(**window).order_by(order)
        return list(rows.values_list(self.column, flat=True).distinct()[:count])


def sought_by(text: str) -> Sought:
    """What a text may mean; nothing where it is neither an address nor a Message-ID."""
    line = clean_line(text, TEXT_CHARS).strip()
    if "@" not in line and not line.startswith("<"):
        return Sought()
    address = "" if line.startswith("<") else _address(line)
    is_id = " " not in line and "," not in line
    return Sought(address, f"<{line.strip('<>')}>"[:TEXT_CHARS] if is_id else "")


def where(
    seer: Seer, sought: Sought, *, after: str = "", before: str = "", size: int = PAGE_ROWS
) -> Whereabouts:
    """A page of what this person may be told, from a cursor of the page before or after it."""
    if not sought:
        return Whereabouts()
    places, emails = list(_places(seer, sought)), list(_emails(seer, sought))
    end = first_guid_of(timezone.now() + timedelta(days=1))  # of our own keys; clocks differ
    start, backwards = _position(after, before)
    keys: set[UUID] = set()
    for source in (*places, *emails):
        found = (
            source.above(start, end, size + 1)
            if start and backwards
            else source.below(min(start or end, end), size + 1)
        )
        keys.update(found)
    ordered = sorted(keys, reverse=not backwards)
    shown = sorted(ordered[:size], reverse=True)
    more = len(ordered) > size
    beyond = [] if start else sorted({k for one in emails for k in one.beyond(end, size)})[:size]
    rows = _found(seer, [*shown, *beyond])
    return Whereabouts(
        rows=tuple(rows[key] for key in shown if key in rows),
        after=str(shown[-1]) if shown and (more or backwards) else "",
        before=str(shown[0]) if shown and start and (more or not backwards) else "",
        imported=tuple(rows[key] for key in beyond if key in rows),
    )


def _address(line: str) -> str:
    found = parse_address(line)
    return found.key if found else ""


def _position(after: str, before: str) -> tuple[UUID | None, bool]:
    try:
        return (UUID(before), True) if before else (UUID(after), False)
    except ValueError:
        return None, False


def _places(seer: Seer, sought: Sought) -> Iterator[_Source]:
    for text in sought.texts:
        yield _Source(Clue.objects.filter(seer.places("place__"), text=text), "place_id")


def _emails(seer: Seer, sought: Sought) -> Iterator[_Source]:
    told = seer.emails()
    if sought.address:
        parties = ActivityParty.objects.alias(key=Lower("address_used")).filter(key=sought.address)
        parties = parties.order_by().exclude(email__statuscode=EmailStatus.DRAFT)
        yield _Source(_told_of(seer, told, parties), "email_id")
    if sought.message_id:
        emails = Email.objects.all() if told is None else told
        yield _Source(emails.filter(message_id=sought.message_id), "pk")


def _told_of(
    seer: Seer, told: QuerySet[Email] | None, parties: QuerySet[ActivityParty]
) -> QuerySet[Any]:
    """The parties of emails of which this person is told; of few emails, rows of those."""
    if told is None:
        return parties
    if told.query.is_empty():
        return parties.none()
    few = seer.few_emails()
    if few is not None:
        # Else all that others know of an address that very many write to would be passed over.
        return few.filter(Exists(parties.filter(email=OuterRef("email"))))
    # Asked of each: a list of all that a member of a busy queue is told of would be made first.
    return parties.filter(Exists(told.filter(pk=OuterRef("email"))))


def _found(seer: Seer, keys: list[UUID]) -> dict[UUID, Found]:
    """The messages of these keys. Four queries, however many."""
    related = ("mailbox", "quarantine", "forwarder")
    places = {one.pk: one for one in Place.objects.filter(pk__in=keys).select_related(*related)}
    of_emails = {
        one.email_id: one
        for one in Place.objects.filter(seer.places(), email__in=keys, outcome=Outcome.TRACKED)
        .select_related(*related)
        .order_by("-pk")
    }
    emails = {one.pk: one for one in Email.objects.filter(pk__in=keys).defer(*_UNREAD)}
    wanted = {*emails, *(one.email_id for one in places.values() if one.email_id)}
    opens = set(seer.openable().filter(pk__in=wanted).values_list("pk", flat=True))
    decided = {
        key: Found(key, place, None, place.email_id in opens) for key, place in places.items()
    }
    recorded = {
        key: Found(key, of_emails.get(key), email, key in opens) for key, email in emails.items()
    }
    return decided | recorded
