"""The people of the made-up router, with mailboxes; and steps that tests take together."""

from collections.abc import Iterable
from uuid import UUID

from tests.unit.router.made_up import ANNA, BERT, ROUTER, SALES, STATES, files_of

from passerelle.engine.services import run_due
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.services import create_queue_with_mailbox, create_user_with_mailbox
from passerelle.router.files.values import Connection, Provider
from passerelle.router.files.writing import RouterDescription
from passerelle.router.migrating.steps import begin, start
from passerelle.router.models import Migration

EXCHANGE = Connection(
    direction="Incoming",
    class_name="Acme.Exchange2010Provider",
    server="https://exchange.example.com/EWS/Exchange.asmx",
    auth="ClearText",
    credential="UserSpecified",
)


def hire() -> None:
    """Anna, Bert and the queue that the router serves."""
    create_user_with_mailbox("Anna", "anna@example.com", guid=ANNA)
    create_user_with_mailbox("Bert", "bert@example.com", guid=BERT)
    create_queue_with_mailbox("Sales", "sales@example.com", guid=SALES)


def begun(description: RouterDescription = ROUTER) -> Migration:
    migration = begin([files_of(description)], None, "admin")
    assert isinstance(migration, Migration), migration
    return migration


def migrated(description: RouterDescription = ROUTER) -> Migration:
    """Begun, started and run to its end."""
    migration = start(begun(description), "admin")
    run_due()
    migration.refresh_from_db()
    return migration


def box_of(guid: UUID) -> Mailbox:
    mailboxes = Mailbox.objects.select_related(
        "profile", "incoming_credential", "outgoing_credential"
    )
    found = mailboxes.filter(systemuser_id=guid) | mailboxes.filter(queue_id=guid)
    return found.get()


def with_providers(providers: Iterable[Provider]) -> RouterDescription:
    return RouterDescription(tuple(providers), STATES)
