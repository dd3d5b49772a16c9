"""The kinds by the name under which an import is stored."""

from collections.abc import Mapping

from passerelle.importing.kinds.boxes import MAILBOXES
from passerelle.importing.kinds.customers import ACCOUNTS, CONTACTS, LEADS
from passerelle.importing.kinds.emails import EMAILS
from passerelle.importing.kinds.kind import Kind
from passerelle.importing.kinds.people import QUEUES, USERS
from passerelle.importing.kinds.teams import TEAMS
from passerelle.importing.models import ImportKind

KINDS: Mapping[str, Kind] = {
    ImportKind.USERS: USERS,
    ImportKind.TEAMS: TEAMS,
    ImportKind.QUEUES: QUEUES,
    ImportKind.MAILBOXES: MAILBOXES,
    ImportKind.ACCOUNTS: ACCOUNTS,
    ImportKind.CONTACTS: CONTACTS,
    ImportKind.LEADS: LEADS,
    ImportKind.EMAILS: EMAILS,
}
