"""What lists show: the words of a search, and where a page of emails begins."""

from passerelle.crm.readers import Seek, Way
from passerelle.web.lists.paging import Order, Start

SEARCH_CHARS = 200
SEARCH_WORDS = 5
NEWEST_FIRST = Order("created_on", descending=True)  # of emails


def search_terms(text: str) -> list[str]:
    """The words that all must be found; PostgreSQL takes no NUL in a text."""
    return text.replace("\0", "")[:SEARCH_CHARS].split()[:SEARCH_WORDS]


def way_from(start: Start) -> Way:
    """Where a page of emails begins."""
    beyond = Seek(*start.beyond) if start.beyond is not None else None
    return Way(beyond, to_newer=start.backwards)
