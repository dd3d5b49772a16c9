"""A small made-up router and the files that tests change to see them refused."""

from datetime import UTC, datetime
from uuid import UUID

from passerelle.router.files.names import Names, load_names
from passerelle.router.files.reading import Refusal, read_set
from passerelle.router.files.values import (
    Box,
    Connection,
    Provider,
    RouterFile,
    RouterSet,
    State,
)
from passerelle.router.files.writing import RouterDescription, write_set

NAMES: Names = load_names(None)
POP3 = Connection(
    direction="Incoming",
    class_name="Microsoft.Crm.Tools.Email.Providers.Pop3PollingMailboxProvider",
    server="pop.example.com",
    port="995",
    ssl="true",
    auth="ClearText",
    credential="UserSpecified",
)
SMTP = Connection(
    direction="Outgoing",
    class_name="SmtpPollingSendEmailProvider, Microsoft.Crm.Tools.EmailProviders",
    server="smtp.example.com",
    port="25",
    ssl="false",
    auth="Anonymous",
)
ANNA, BERT, SALES = (UUID(int=number) for number in (1, 2, 3))
PROVIDERS = (
    Provider(POP3, username="anna@example.com", has_password=True, users=(ANNA,)),
    Provider(POP3, username="bert@example.com", has_password=True, users=(BERT,)),
    Provider(POP3, username="sales@example.com", queues=(SALES,)),
    Provider(SMTP, users=(ANNA, BERT), queues=(SALES,)),
)
LAST_READ = datetime(2026, 3, 1, 8, 30, 0, 123456, UTC)
STATES = (
    State("anna@example.com", LAST_READ),
    State("bert@example.com", None, "503 Service Unavailable"),
    State("sales@example.com", LAST_READ),
)
ROUTER = RouterDescription(PROVIDERS, STATES)


def files_of(
    description: RouterDescription = ROUTER, **changed: bytes | None
) -> dict[Box, RouterFile]:
    """The three files; `agent=`, `state=`, `key=` put other bytes there, None leaves one out."""
    written: dict[Box, bytes | None] = {**write_set(description, NAMES)}
    written |= {Box[name.upper()]: data for name, data in changed.items()}
    return {box: RouterFile(box.value, data) for box, data in written.items() if data is not None}


def read(description: RouterDescription = ROUTER, **changed: bytes | None) -> RouterSet:
    """A set that is taken."""
    found = read_set(files_of(description, **changed), NAMES)
    assert isinstance(found, RouterSet), found
    return found


def refused(**changed: bytes | None) -> Refusal:
    """A set that is not."""
    found = read_set(files_of(ROUTER, **changed), NAMES)
    assert isinstance(found, Refusal), found
    return found


def agent(inside: str, root: str = "Configuration") -> bytes:
    """An EmailAgent.xml by hand."""
    return f"<{root}>{inside}</{root}>".encode()


def provider(inside: str) -> bytes:
    """An EmailAgent.xml of one provider by hand."""
    return agent(f"<ProviderConfiguration>{inside}</ProviderConfiguration>")
