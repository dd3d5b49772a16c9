"""The file sets of the two E-mail Routers that served the company, written through the name table.

Paris and London share the POP3 server and the SMTP account, so that both become one profile. Paris
reads an Exchange server as well, London a WebDAV one and a custom one, by provider classes that no
table knows, so that the migration asks. Both name somebody who moved; London names somebody by a
misspelt address, somebody who left, and two profiles that nobody uses. Nobody reads the fitters'
mail: a rule forwards it to a mailbox that Paris reads, by an account of nobody.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from passerelle.demo.company import DOMAIN, Desk, Person, guid_of
from passerelle.demo.staff import (
    CUSTOM_USERS,
    EVERYBODY,
    EXCHANGE_QUEUES,
    EXCHANGE_USERS,
    FITTERS,
    FORWARD_MAILBOX,
    LEFT_ADDRESS,
    LONDON,
    LONDON_QUEUES,
    MISSPELT,
    MISSPELT_ADDRESS,
    MOVED,
    PARIS,
    QUEUES,
    RELAY,
    WEBDAV_USERS,
)
from passerelle.demo.world import HOST, Ports, World
from passerelle.router.files.names import Names, load_names
from passerelle.router.files.values import Connection, Provider, State
from passerelle.router.files.writing import RouterDescription, write_set

# Names of ours, and unknown on purpose: Microsoft's are not public.
EXCHANGE_CLASS = "Lumen.Mail.ExchangeMailboxProvider"
WEBDAV_CLASS = "Lumen.Mail.WebDavMailboxProvider"
CUSTOM_CLASS = "Lumen.Fax.FaxMailboxProvider"
EXCHANGE = f"exchange.{DOMAIN}"
WEBDAV = f"exchange2007.{DOMAIN}"
FAX = f"fax.{DOMAIN}"
ARCHIVE = f"archive.{DOMAIN}"
# Hours since a router read each mailbox last; it had been dead for one for a week.
_HOURS_AGO = (3.0, 20.0, 1.5, 26.0, 7 * 24.0, 5.0, 12.0)
_DEAD_HOURS = 7 * 24.0
_FORWARD_HOURS = 20.0

Served = Person | Desk


@dataclass(frozen=True, slots=True)
class House:
    """One router: in which words and encoding its machine wrote, and whom it served."""

    name: str
    people: str  # its name of the profile over POP3
    desks: str
    encoding: str
    error: str
    served: Sequence[Served]


PARIS_ROUTER = House(
    "paris",
    people="POP3 (employés)",
    desks="POP3 (files d'attente)",
    encoding="windows-1252",
    error="Le délai d'attente de l'opération a expiré.",
    served=(
        *(one for one in PARIS if one not in FITTERS),
        MOVED,
        *(desk for desk in QUEUES if desk not in LONDON_QUEUES),
    ),
)
LONDON_ROUTER = House(
    "london",
    people="POP3 (staff)",
    desks="POP3 (queues)",
    encoding="utf-8",
    error="The operation has timed out.",
    served=(*(one for one in LONDON if one not in {*FITTERS, MISSPELT}), *LONDON_QUEUES),
)
HOUSES = (PARIS_ROUTER, LONDON_ROUTER)
# Identifiers that London's router knew, and no record here has.
OLD_GUIDS = {address: guid_of(f"old {address}") for address in (MISSPELT_ADDRESS, LEFT_ADDRESS)}


def write_router_files(world: World, ports: Ports, now: datetime) -> None:
    """Write three files a router; `now` is when the routers were stopped."""
    names = load_names(None)
    for house in HOUSES:
        providers = tuple(_providers(house, _Connections(names, ports)))
        description = RouterDescription(providers, tuple(_states(house, now)), house.encoding)
        folder = world.router / house.name
        folder.mkdir(mode=0o700, exist_ok=True)
        for box, content in write_set(description, names).items():
            (folder / box.value).write_bytes(content)


class _Connections:
    """How the routers signed in where, in the words of their files."""

    def __init__(self, names: Names, ports: Ports) -> None:
        self._names = names
        self._ports = ports

    def pop3(self, *, of_desks: bool = False) -> Connection:
        return self._local("pop3", self._ports.pop3, "incoming", of_desks=of_desks)

    def smtp(self) -> Connection:
        return self._local("smtp", self._ports.smtp, "outgoing", of_desks=True)

    def elsewhere(self, class_name: str, server: str) -> Connection:
        """A server of the company's that does not run in the demonstration."""
        values = self._names.values
        return Connection(
            direction=values["direction"].written("incoming"),
            class_name=class_name,
            server=server,
            ssl=values["flag"].written("yes"),
            auth=values["auth"].written("windows"),
            credential=values["credential"].written("user-specified"),
        )

    def archive(self) -> Connection:
        return replace(self.pop3(), server=ARCHIVE, port="")

    def anonymous(self) -> Connection:
        anonymous = self._names.values["auth"].written("anonymous")
        return replace(self.smtp(), server=ARCHIVE, port="", auth=anonymous, credential="")

    def _local(self, kind: str, port: int, direction: str, *, of_desks: bool) -> Connection:
        values = self._names.values
        whose = "other-specified" if of_desks else "user-specified"
        return Connection(
            direction=values["direction"].written(direction),
            class_name=self._names.classes.written(kind),
            server=HOST,
            port=str(port),
            ssl=values["flag"].written("no"),
            auth=values["auth"].written("clear-text"),
            credential=values["credential"].written(whose),
        )


def _providers(house: House, connections: _Connections) -> Iterator[Provider]:
    for one in house.served:
        yield _incoming(house, connections, one)
    strangers: Iterable[UUID] = ()
    if house is PARIS_ROUTER:
        yield _of_nobody(house, connections)
    if house is LONDON_ROUTER:
        yield from _of_strangers(house, connections)
        strangers = OLD_GUIDS.values()
    people = [one.guid for one in house.served if isinstance(one, Person)]
    # The fitters read elsewhere, and send as everybody of their house does.
    people += [one.guid for one in FITTERS if (one in PARIS) is (house is PARIS_ROUTER)]
    yield Provider(
        connections.smtp(),
        name="SMTP relay",
        username=RELAY,
        has_password=True,
        users=(*people, *strangers),
        queues=tuple(one.guid for one in house.served if isinstance(one, Desk)),
    )


def _incoming(house: House, connections: _Connections, one: Served) -> Provider:
    provider = Provider(
        connections.pop3(of_desks=isinstance(one, Desk)),
        name=house.desks if isinstance(one, Desk) else house.people,
        username=one.address,
        has_password=True,
        users=(one.guid,) if isinstance(one, Person) else (),
        queues=(one.guid,) if isinstance(one, Desk) else (),
    )
    # Paris still reads who moved to London from the server that he left.
    exchange = {*EXCHANGE_USERS, *EXCHANGE_QUEUES, *((MOVED,) if house is PARIS_ROUTER else ())}
    for servers_own, class_name, server, label in (
        (exchange, EXCHANGE_CLASS, EXCHANGE, "Exchange (direction)"),
        (set(WEBDAV_USERS), WEBDAV_CLASS, WEBDAV, "Exchange 2007 (showroom)"),
        (set(CUSTOM_USERS), CUSTOM_CLASS, FAX, "Fax gateway"),
    ):
        if one in servers_own:
            connection = connections.elsewhere(class_name, server)
            return replace(provider, connection=connection, name=label)
    return provider


def _of_nobody(house: House, connections: _Connections) -> Provider:
    """The forward mailbox: no user's and no queue's, so that only its account is named."""
    return Provider(
        connections.pop3(),
        name=house.people,
        username=FORWARD_MAILBOX.address,
        has_password=True,
    )


def _of_strangers(house: House, connections: _Connections) -> Iterator[Provider]:
    """Whom nobody here is by identifier, and what nobody uses."""
    for address, guid in OLD_GUIDS.items():
        yield Provider(
            connections.pop3(),
            name=house.people,
            username=address,
            has_password=True,
            users=(guid,),
        )
    yield Provider(connections.archive(), name="POP3 (archive 2009)")
    yield Provider(connections.anonymous(), name="SMTP (old relay)")


def _states(house: House, now: datetime) -> Iterator[State]:
    for one in house.served:
        hours = hours_since_read(one)
        error = house.error if hours >= _DEAD_HOURS else ""
        yield State(one.address, now - timedelta(hours=hours), error)
    if house is PARIS_ROUTER:
        yield State(FORWARD_MAILBOX.address, now - timedelta(hours=_FORWARD_HOURS))
    if house is LONDON_ROUTER:
        for number, address in enumerate(OLD_GUIDS):
            yield State(address, now - timedelta(hours=_HOURS_AGO[number]))


def hours_since_read(one: Served) -> float:
    """How long ago a router read this mailbox last."""
    return _HOURS_AGO[EVERYBODY.index(one) % len(_HOURS_AGO)]
