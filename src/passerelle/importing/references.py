"""Other records that rows name: by identifier, address or name, a batch with a few queries.

A name that several records have names none of them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.db.models import F, Model
from django.db.models.functions import Coalesce

from passerelle.crm.models import EmailSearch, SystemUser, Team
from passerelle.crm.models.addresses import IS_APPROVED
from passerelle.crm.models.customers import Customer
from passerelle.importing.refusals import NAME_OF_SEVERAL, UNKNOWN_USER, RefusedError
from passerelle.messages import key_of
from passerelle.tables import UnreadableError, read_guid


class References:
    """What the texts of a batch name; asking for an unknown one raises the refusal."""

    def __init__(self, found: Mapping[str, set[UUID]], unknown: str) -> None:
        self._found = found
        self._unknown = unknown

    def get(self, text: str) -> UUID | None:
        """The one record; None for an empty text. Raises `RefusedError`."""
        if not text:
            return None
        keys = self._found.get(text, set())
        if len(keys) > 1:
            raise RefusedError(NAME_OF_SEVERAL, text)
        if not keys:
            raise RefusedError(self._unknown, text)
        return next(iter(keys))

    def known(self, text: str) -> UUID | None:
        """The one record, or None where the text names none or several."""
        keys = self._found.get(text, set())
        return next(iter(keys)) if len(keys) == 1 else None

    def is_known(self, text: str) -> bool:
        """Whether any record is called so."""
        return bool(self._found.get(text))


def by_name(model: type[Model], name: str, texts: Iterable[str], unknown: str) -> References:
    """Records of one model by identifier or name."""
    wanted = {text for text in texts if text}
    return References(_named(model, name, wanted), unknown)


def users(texts: Iterable[str]) -> References:
    """Users by identifier, address or name."""
    wanted = {text for text in texts if text}
    found = _named(SystemUser, "fullname", {text for text in wanted if "@" not in text})
    by_address = defaultdict(list)
    for text in wanted:
        if "@" in text:
            by_address[key_of(text)].append(text)
    rows = EmailSearch.objects.filter(
        IS_APPROVED, email_address__in=by_address, systemuser__isnull=False
    )
    for address, key in rows.values_list("email_address", "systemuser_id"):
        for text in by_address[address]:
            found[text].add(key)
    return References(found, UNKNOWN_USER)


def owners(texts: Iterable[str]) -> tuple[References, frozenset[str]]:
    """Users, and the names among the texts that are those of teams: they own nothing here."""
    wanted = {text for text in texts if text}
    people = users(wanted)
    rest = {text for text in wanted if people.known(text) is None}
    teams = _named(Team, "name", rest) if rest else {}
    return people, frozenset(teams)


def by_address(field: str, addresses: Collection[str]) -> Mapping[str, set[UUID]]:
    """The records of one kind (a key of `EmailSearch`) that have each address, in lower case."""
    found: dict[str, set[UUID]] = defaultdict(set)
    rows = EmailSearch.objects.filter(
        email_address__in=addresses, **{f"{field}__isnull": False}
    ).values_list("email_address", f"{field}_id")
    for address, key in rows:
        found[address].add(key)
    return found


def _named(model: type[Model], name: str, texts: Collection[str]) -> dict[str, set[UUID]]:
    """The records by the texts that name them; one that was merged stands for its master."""
    found: dict[str, set[UUID]] = defaultdict(set)
    keys = {key: text for text in texts if (key := _guid(text)) is not None}
    names = set(texts) - set(keys.values())
    master = Coalesce("master", "pk") if issubclass(model, Customer) else F("pk")
    rows = model._default_manager.order_by().annotate(meant=master)
    if keys:
        for key, meant in rows.filter(pk__in=keys).values_list("pk", "meant"):
            found[keys[key]].add(meant)
    if names:
        for text, meant in rows.filter(**{f"{name}__in": names}).values_list(name, "meant"):
            found[text].add(meant)
    return found


def _guid(text: str) -> UUID | None:
    try:
        return read_guid(text)
    except UnreadableError:
        return None
