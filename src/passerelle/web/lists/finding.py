"""Quick search: the records that a few letters may mean, of every kind that this person may open.

A few rows a kind, each kind in a fixed number of queries; the lists hold the rest.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from passerelle.crm.models import Account, Contact, Email, Lead, Queue, SignInAccount, SystemUser
from passerelle.crm.names import first_named
from passerelle.crm.search import search, words_sought
from passerelle.mailboxes.models import EmailServerProfile, Mailbox
from passerelle.sync.services import sought_by
from passerelle.web.lists.listing import SEARCH_CHARS, search_terms

ROWS_A_KIND = 5
LEAST_CHARS = 2  # one letter finds everything, and says nothing


@dataclass(frozen=True, slots=True)
class Found:
    """One record: what it is called, what it is, where it stands."""

    text: str
    kind: str
    page: str  # name of its address
    key: UUID | None = None  # None: a page that looks for it
    query: str = ""
    detail: str = ""  # what tells it from others of its name

    @property
    def address(self) -> str:
        page = reverse(f"web:{self.page}", args=[self.key] if self.key else [])
        return f"{page}?{urlencode({'q': self.query})}" if self.query else page

    @property
    def choice(self) -> str:
        """What a button sends that chooses this record."""
        return f"{self.page} {self.key}"


@dataclass(frozen=True, slots=True)
class Kind:
    """Where records of one kind are looked for, and by which columns: customers by their words."""

    label: Promise
    model: type[Model]
    columns: tuple[str, ...]  # sorted by the first; of customers that alone
    page: str


PEOPLE = (
    Kind(_("Contact"), Contact, ("fullname",), "contact"),
    Kind(_("Account"), Account, ("name",), "account"),
    Kind(_("Lead"), Lead, ("fullname",), "lead"),
)
OPERATED = (Kind(_("Mailbox"), Mailbox, ("name", "email_address"), "mailbox"),)
PRINCIPALS = (
    Kind(_("User"), SystemUser, ("fullname", "internal_email_address"), "user"),
    Kind(_("Queue"), Queue, ("name", "email_address"), "queue"),
)
CONFIGURED = (
    *PRINCIPALS,
    Kind(_("Email Server Profile"), EmailServerProfile, ("name",), "profile"),
)


def find(account: SignInAccount, text: str) -> list[Found]:
    """People first, then what is configured, then the newest emails."""
    terms = search_terms(text)
    if len("".join(terms)) < LEAST_CHARS:
        return []
    operated = OPERATED if account.operates_mailboxes else ()
    kinds: tuple[Kind, ...] = (
        *PEOPLE,
        *operated,
        *(CONFIGURED if account.is_administrator else ()),
    )
    found = [record for kind in kinds for record in _records(kind, terms)]
    return [*found, *_emails(account, terms), *_where(text)]


def find_of_kind(model: type[Model], text: str, *, but: UUID) -> list[Found]:
    """Records of one kind of customers by name or address, one of them left out."""
    terms = search_terms(text)
    kinds = [kind for kind in PEOPLE if kind.model is model] if terms else []
    return [one for kind in kinds for one in _records(kind, terms) if one.key != but]


def find_people(text: str) -> list[Found]:
    """Contacts, accounts and leads by name or address."""
    terms = search_terms(text)
    return [one for kind in PEOPLE for one in _records(kind, terms)] if terms else []


def find_anybody(text: str) -> list[Found]:
    """Customers, users and queues by name or address: who may take part in an email."""
    terms = search_terms(text)
    kinds = (*PEOPLE, *PRINCIPALS) if terms else ()
    return [one for kind in kinds for one in _records(kind, terms)]


def find_emails(account: SignInAccount, text: str) -> list[Found]:
    """The newest emails that this person sees, by subject or sender."""
    terms = search_terms(text)
    return list(_emails(account, terms)) if terms else []


def _records(kind: Kind, terms: list[str]) -> Iterator[Found]:
    every: QuerySet[Any] = kind.model._default_manager.all()
    order = (kind.columns[0], "pk")
    if kind in PEOPLE:
        rows = first_named(terms, every.filter(merged=False), order, ROWS_A_KIND)
    else:
        rows = list(_matching(every, kind.columns, terms).order_by(*order)[:ROWS_A_KIND])
    for row in rows:
        yield Found(str(row), str(kind.label), kind.page, row.pk)


def _emails(account: SignInAccount, terms: list[str]) -> Iterator[Found]:
    emails = Email.objects.only("activity_id", "subject", "sender", "created_on")
    sought = words_sought(" ".join(terms))
    found = search(account, emails, sought, 0, ROWS_A_KIND).emails if sought else ()
    for row in found:
        subject = row.subject or gettext("(no subject)")
        when = date_format(timezone.localtime(row.created_on), "SHORT_DATETIME_FORMAT")
        detail = f"{row.sender} · {when}"
        yield Found(subject, gettext("Email"), "email", row.pk, detail=detail)


def _where(text: str) -> Iterator[Found]:
    """What an address or a Message-ID came to, as no record tells of ignored mail."""
    line = text.replace("\0", "")[:SEARCH_CHARS].strip()
    if sought_by(line):
        asked = gettext("Where is {text}?").format(text=line)
        yield Found(asked, gettext("Where is my mail?"), "where", query=line)


def _matching(rows: QuerySet[Any], columns: tuple[str, ...], terms: list[str]) -> QuerySet[Any]:
    """The rows that have each term in one of the columns."""
    for term in terms:
        found = Q()
        for column in columns:
            found |= Q(**{f"{column}__icontains": term})
        rows = rows.filter(found)
    return rows
