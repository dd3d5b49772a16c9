"""The list of emails narrowed down: by words, days, state, attachments, people, whose they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from passerelle.crm.models import Email, Queue, SignInAccount, SystemUser
from passerelle.crm.models.mail.emails import TEXTS, EmailStatus
from passerelle.crm.readers import Wanted, is_read_as, newest_of, newest_seen
from passerelle.crm.search import Found, search, search_few, some_wait, words_sought
from passerelle.crm.services import Holder, visible_among
from passerelle.web.lists.about import Whose, few_about, is_about, page_about
from passerelle.web.lists.listing import NEWEST_FIRST, SEARCH_CHARS, way_from
from passerelle.web.lists.paging import PAGE_ROWS, Page, Start, page_taken
from passerelle.web.lists.person import PersonSought, person_sought

NUMBER_CHARS = 19  # of a place in the index
YEARS = range(1900, 3000)  # others no calendar of a database need hold


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a person asked for, as the form shows it again."""

    q: str
    since: str  # days, ISO 8601; "" for none, or for what is none
    until: str
    files: bool
    state: EmailStatus | None
    person: PersonSought

    @property
    def by_words(self) -> bool:
        return bool(self.q.strip())


def narrowed_by(query: Mapping[str, str]) -> Narrowed:
    """What stands in the address, bounded."""
    return Narrowed(
        q=query.get("q", "").replace("\0", "")[:SEARCH_CHARS],
        since=_day(query.get("since", "")),
        until=_day(query.get("until", "")),
        files=query.get("files") == "1",
        state=next((one for one in EmailStatus if str(one.value) == query.get("state")), None),
        person=person_sought(query),
    )


def page_of_emails(
    account: SignInAccount,
    emails: QuerySet[Email],
    asked: Narrowed,
    query: Mapping[str, str],
    holder: Holder | None = None,
) -> Page[Email]:
    """A page of those among `emails` that are asked for and visible, the newest first.

    Of a queue or a user whose email the person may list, if one is given.
    """
    emails = _narrowed(_held_by(emails, holder), asked)
    about = asked.person.about
    if about is None and asked.person.text:
        return Page([], "", "")
    if not asked.by_words:
        if about is not None:
            seen, shown = visible_among(account, emails), Email.objects.defer(*TEXTS)
            return page_about(account, seen, about, query, shown)
        return newest_page(account, emails.defer(*TEXTS), query, holder)
    sought = words_sought(asked.q)
    if not sought:
        return Page([], "", "")
    below = _number(query.get("after", ""))
    found = _found(account, emails.defer(*TEXTS), about, sought, below)
    return Page(found.emails, str(found.below) if found.below else "", "")


def _narrowed(emails: QuerySet[Email], asked: Narrowed) -> QuerySet[Email]:
    if asked.since:
        emails = emails.filter(created_on__gte=_begin(asked.since))
    if asked.until:
        emails = emails.filter(created_on__lt=_begin(asked.until) + timedelta(days=1))
    if asked.state is not None:
        emails = emails.filter(statuscode=asked.state)
    return emails.filter(attachment_count__gt=0) if asked.files else emails


def _found(
    account: SignInAccount,
    emails: QuerySet[Email],
    about: Whose | None,
    sought: Sequence[str],
    below: int,
) -> Found:
    """What is found by words, in all emails or in those of one person."""
    few = few_about(about) if about is not None else None
    if few is not None:
        return search_few(account, emails.filter(pk__in=few), sought, below, PAGE_ROWS)
    if about is not None:
        emails = emails.filter(is_about(about))
    return search(account, emails, sought, below, PAGE_ROWS)


def newest_page(
    account: SignInAccount,
    emails: QuerySet[Email],
    query: Mapping[str, str],
    holder: Holder | None = None,
) -> Page[Email]:
    """A page of those among `emails` that are visible, or the holder's, the newest first."""

    def take(start: Start, limit: int) -> list[Email]:
        if holder is not None:
            return newest_of(holder.pk, Wanted(emails, emails), way_from(start), limit)
        return newest_seen(account, emails, way_from(start), limit)

    return page_taken(take, Email, NEWEST_FIRST, query)


def not_all_found(asked: Narrowed) -> bool:
    """Whether emails that were just stored are not found by words yet."""
    return asked.by_words and some_wait()


def _held_by(emails: QuerySet[Email], holder: Holder | None) -> QuerySet[Email]:
    if isinstance(holder, Queue):
        return emails.filter(queue_items__queue=holder)
    if isinstance(holder, SystemUser):
        return emails.filter(is_read_as(holder.pk))
    return emails


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return ""
    return day.isoformat() if day.year in YEARS else ""


def _begin(day: str) -> datetime:
    return timezone.make_aware(datetime.combine(date.fromisoformat(day), time.min))


def _number(text: str) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) <= NUMBER_CHARS
    return min(int(text), 2**62) if is_number else 0
