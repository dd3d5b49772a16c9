"""The emails of one record as a time line: day by day, the newest first, a conversation in one row.

Pages go by when an email was recorded, as all lists do; within a page by when it was sent, so that
a day stands there once, also where mailboxes were read after one another; an email that was
recorded on another day says so. A conversation is folded within a page: what of it is older than
the page stands on a later one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db.models import Model
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from passerelle.crm.models import Account, Contact, Email, SignInAccount
from passerelle.crm.models.mail.emails import TEXTS
from passerelle.crm.models.people import SharedLevel
from passerelle.crm.services import Timed, oldest_first, roots_of
from passerelle.crm.sharing import curtained, emails_seen, sight_of
from passerelle.web.lists.about import REGARDING, About, page_about
from passerelle.web.lists.paging import Page
from passerelle.web.mail.others import WHOSE, whose

PEOPLE_MOST = 200  # contacts of an account who can be chosen
DIRECTIONS: Mapping[str, Promise] = {
    "": _("All"),
    "received": pgettext_lazy("emails", "Received"),
    "sent": pgettext_lazy("emails", "Sent"),
}


@dataclass(slots=True)
class Entry:
    """The newest email of a conversation, and how many of it the page holds."""

    email: Email
    count: int = 1

    @property
    def has_title(self) -> bool:
        """Whether the person who looks may see the subject."""
        return sight_of(self.email) >= SharedLevel.SUBJECT

    @property
    def whose(self) -> str:
        """Whose email it is, where not all of it is shown."""
        return "" if sight_of(self.email) == SharedLevel.ALL else whose(self.email)


@dataclass(frozen=True, slots=True)
class Day:
    """The conversations whose newest email is of this day."""

    day: date
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Timeline:
    """One page of it, and how it is narrowed down."""

    page: Page[Email]
    days: Sequence[Day]
    direction: str
    person: Contact | None
    people: Sequence[Contact]
    tells_whose: bool  # the record is a customer: the emails are of several people

    @property
    def directions(self) -> Mapping[str, Promise]:
        return DIRECTIONS

    @property
    def is_narrowed(self) -> bool:
        return bool(self.direction or self.person)


def timeline_of(
    account: SignInAccount, kind: str, record: Model, query: Mapping[str, str]
) -> Timeline:
    """The emails of the record, as much as this person may see of each, narrowed down."""
    people = _people(record)
    person = next((one for one in people if str(one.pk) == query.get("person")), None)
    about = About(kind, record.pk) if person is None else About("contact", person.pk)
    direction = query.get("direction", "")
    direction = direction if direction in DIRECTIONS else ""
    seen = emails_seen(account)
    listed = seen.filter(direction_code=direction == "sent") if direction else seen
    shown = seen.select_related(*WHOSE).defer(*TEXTS)
    page = page_about(account, listed, about, query, shown)
    for email in page.rows:
        curtained(email)
    days = list(_days(page.rows))
    return Timeline(page, days, direction, person, people, tells_whose=kind in REGARDING)


def _people(record: Model) -> Sequence[Contact]:
    return list(record.contacts.all()[:PEOPLE_MOST]) if isinstance(record, Account) else []


def _days(emails: Sequence[Email]) -> Iterator[Day]:
    for day, entries in groupby(_folded(emails), lambda entry: _day(entry.email)):
        yield Day(day, list(entries))


def _folded(emails: Sequence[Email]) -> Sequence[Entry]:
    roots = roots_of([email.pk for email in emails])
    found: dict[object, Entry] = {}
    for email in reversed(oldest_first(reversed(emails), _timed)):
        entry = found.setdefault(roots[email.pk], Entry(email, 0))
        entry.count += 1
    return list(found.values())


def _day(email: Email) -> date:
    return timezone.localdate(_moment(email))


def _timed(email: Email) -> Timed:
    return Timed(email.pk, _moment(email), email.correlated_activity_id)


def _moment(email: Email) -> datetime:
    return email.sent_on or email.created_on
