"""What lists show: the words of a search, and the emails that have to do with one record."""

from uuid import UUID

from django.db.models import Q, QuerySet

from passerelle.crm.models import ActivityParty, Email, SignInAccount
from passerelle.crm.services import visible_emails

SEARCH_CHARS = 200
SEARCH_WORDS = 5
REGARDING = frozenset({"account", "contact", "lead"})


def search_terms(text: str) -> list[str]:
    """The words that all must be found; PostgreSQL takes no NUL in a text."""
    return text.replace("\0", "")[:SEARCH_CHARS].split()[:SEARCH_WORDS]


def emails_about(account: SignInAccount, kind: str, key: UUID) -> QuerySet[Email]:
    """The emails in which the record takes part or which regard it, as far as they are visible."""
    parties = ActivityParty.objects.filter(**{kind: key}).values("email")
    about = Q(pk__in=parties)
    if kind in REGARDING:
        about |= Q(**{f"regarding_{kind}": key})
    if kind == "queue":
        about |= Q(queue_items__queue=key)
    return visible_emails(account).filter(about)
