"""The file set of the E-mail Router that served the company, written through the name table.

Three pairs of its profiles: people over POP3, queues over POP3, and three people whose mail it
read from an Exchange server by a provider class that no table knows, so that the migration asks.
All hand their mail to one SMTP account. Each recipient has the time of its last reading.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from passerelle.demo.company import (
    DOMAIN,
    EVERYBODY,
    EXCHANGE_USERS,
    QUEUES,
    RELAY,
    USERS,
    Desk,
    Person,
)
from passerelle.demo.world import HOST, Ports, World
from passerelle.router.files.names import Names, load_names
from passerelle.router.files.values import Connection, Provider, State
from passerelle.router.files.writing import RouterDescription, write_set

EXCHANGE = f"exchange.{DOMAIN}"
EXCHANGE_CLASS = "Lumen.Mail.ExchangeMailboxProvider"  # ours, and unknown on purpose
# Hours since the router read each mailbox last; it had been dead for one for a week.
_HOURS_AGO = (3.0, 20.0, 1.5, 26.0, 7 * 24.0, 5.0, 12.0)


def write_router_files(world: World, ports: Ports, now: datetime) -> None:
    """Write the three files; `now` is when the router was stopped."""
    names = load_names(None)
    description = RouterDescription(tuple(_providers(names, ports)), tuple(_states(now)))
    for box, content in write_set(description, names).items():
        (world.router / box.value).write_bytes(content)


def _providers(names: Names, ports: Ports) -> Iterator[Provider]:
    smtp = _connection(names, "smtp", ports.smtp, "other-specified")
    people = _connection(names, "pop3", ports.pop3, "user-specified")
    desks = _connection(names, "pop3", ports.pop3, "other-specified")
    exchange = Connection(
        direction=names.values["direction"].written("incoming"),
        class_name=EXCHANGE_CLASS,
        server=EXCHANGE,
        ssl=names.values["flag"].written("yes"),
        auth=names.values["auth"].written("windows"),
        credential=names.values["credential"].written("user-specified"),
    )
    for user in USERS:
        over_exchange = user in EXCHANGE_USERS
        connection = exchange if over_exchange else people
        label = "Exchange (management)" if over_exchange else "POP3 (people)"
        yield _incoming(connection, label, user)
    for desk in QUEUES:
        yield _incoming(desks, "POP3 (queues)", desk)
    yield Provider(
        smtp,
        name="SMTP relay",
        username=RELAY,
        has_password=True,
        users=tuple(user.guid for user in USERS),
        queues=tuple(desk.guid for desk in QUEUES),
    )


def _connection(names: Names, kind: str, port: int, credential: str) -> Connection:
    values = names.values
    return Connection(
        direction=values["direction"].written("outgoing" if kind == "smtp" else "incoming"),
        class_name=names.classes.written(kind),
        server=HOST,
        port=str(port),
        ssl=values["flag"].written("no"),
        auth=values["auth"].written("clear-text"),
        credential=values["credential"].written(credential),
    )


def _incoming(connection: Connection, label: str, one: Person | Desk) -> Provider:
    users = (one.guid,) if isinstance(one, Person) else ()
    queues = (one.guid,) if isinstance(one, Desk) else ()
    return Provider(
        connection,
        name=label,
        username=one.address,
        has_password=True,
        users=users,
        queues=queues,
    )


def _states(now: datetime) -> Iterator[State]:
    for number, one in enumerate(EVERYBODY):
        hours = _HOURS_AGO[number % len(_HOURS_AGO)]
        error = "Connection timed out" if hours > 7 * 24 - 1 else ""
        yield State(one.address, now - timedelta(hours=hours), error)
