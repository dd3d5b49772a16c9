"""The records. Tables and columns are named as Dataverse names them."""

from passerelle.crm.models.addresses import EmailSearch
from passerelle.crm.models.aliases import EmailAlias
from passerelle.crm.models.audit import AuditEntry
from passerelle.crm.models.automatic import AutomaticRecord
from passerelle.crm.models.customers import Account, Contact, Lead
from passerelle.crm.models.dead_addresses import DeadAddress
from passerelle.crm.models.links import LinkChange, LinkStep, ThreadChoice
from passerelle.crm.models.mail.attachments import ActivityMimeAttachment
from passerelle.crm.models.mail.emails import ActivityParty, Email
from passerelle.crm.models.mail.queue_items import QueueItem
from passerelle.crm.models.mail.raw import RawMessage, RawPack
from passerelle.crm.models.mail.readers import PrincipalObjectAccess
from passerelle.crm.models.mail.search import EmailToIndex, IndexedEmail
from passerelle.crm.models.mail.threads import (
    AwaitedReference,
    EmailHash,
    EmailHashing,
    EmailHashVariant,
)
from passerelle.crm.models.mail.untracked import UntrackedEmail
from passerelle.crm.models.merges import RecordMerge
from passerelle.crm.models.people import (
    Organization,
    Queue,
    QueueMembership,
    SignInAccount,
    SignInLink,
    SystemUser,
)
from passerelle.crm.models.resolutions import AddressResolution
from passerelle.crm.models.teams import Team, TeamMembership
from passerelle.crm.models.wordings import EmailSignature, EmailTemplate, Wording, WordingImage

__all__ = [
    "Account",
    "ActivityMimeAttachment",
    "ActivityParty",
    "AddressResolution",
    "AuditEntry",
    "AutomaticRecord",
    "AwaitedReference",
    "Contact",
    "DeadAddress",
    "Email",
    "EmailAlias",
    "EmailHash",
    "EmailHashVariant",
    "EmailHashing",
    "EmailSearch",
    "EmailSignature",
    "EmailTemplate",
    "EmailToIndex",
    "IndexedEmail",
    "Lead",
    "LinkChange",
    "LinkStep",
    "Organization",
    "PrincipalObjectAccess",
    "Queue",
    "QueueItem",
    "QueueMembership",
    "RawMessage",
    "RawPack",
    "RecordMerge",
    "SignInAccount",
    "SignInLink",
    "SystemUser",
    "Team",
    "TeamMembership",
    "ThreadChoice",
    "UntrackedEmail",
    "Wording",
    "WordingImage",
]
