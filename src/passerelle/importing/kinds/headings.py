"""Columns that several kinds have, and what choices are called in the exports of Dynamics.

Names are Microsoft's display names in English and French, and Dataverse's logical names.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from passerelle.crm.models.people import CreateAutomatically, FilteringMethod, State
from passerelle.faults import noop
from passerelle.importing.columns import KEY, Column, Read, address, choice, guid, reference

STATES: Mapping[State, Sequence[str]] = {
    State.ACTIVE: ("Active", "Actif", "Active", "Activé", "Activée"),
    State.INACTIVE: ("Inactive", "Inactif", "Désactivé", "Désactivée"),
}
FILTERS: Mapping[FilteringMethod, Sequence[str]] = {
    FilteringMethod.ALL: (
        "All email messages",
        "Tous les messages électroniques",
        "Tous les messages",
    ),
    FilteringMethod.REPLIES: (
        "Email messages in response to tracked email",
        "Email messages in response to Dynamics 365 email",
        "Email messages in response to CRM email",
        "Messages électroniques en réponse à des messages Dynamics 365",
        "Messages électroniques en réponse à un message électronique CRM",
        "Messages électroniques en réponse à un courrier suivi",
    ),
    FilteringMethod.CUSTOMERS: (
        "Email messages from leads, contacts and accounts",
        "Email messages from Dynamics 365 Leads, Contacts and Accounts",
        "Email messages from CRM Leads, Contacts and Accounts",
        "Messages électroniques de prospects, de contacts et de comptes Dynamics 365",
        "Messages électroniques de prospects, de contacts et de comptes",
    ),
    FilteringMethod.RECORDS: (
        "Email messages from any record that has an address",
        "Email messages from Dynamics 365 records that are email enabled",
        "Email messages from CRM records that are email enabled",
        "Messages électroniques d’enregistrements Dynamics 365 avec messagerie activée",
    ),
    FilteringMethod.NONE: (
        "No email messages",
        "Aucun message électronique",
        "Aucun message",
    ),
}
CREATES: Mapping[CreateAutomatically, Sequence[str]] = {
    CreateAutomatically.AS_ORGANIZATION: (
        "As the organization says",
        "Comme l’organisation le décide",
    ),
    CreateAutomatically.NOTHING: ("Nothing", "Rien"),
    CreateAutomatically.CONTACT: ("A contact", "Un contact", "Contact", "Contacts"),
    CreateAutomatically.LEAD: ("A lead", "Un prospect", "Lead", "Prospect", "Leads"),
}
EMAIL_NAMES = (
    "Email",
    "E-mail",
    "Email Address",
    "E-mail Address",
    "Email Address 1",
    "Courrier électronique",
    "Adresse e-mail",
    "Adresse de messagerie",
    "Adresse électronique",
    "Adresse de messagerie 1",
    "Adresse e-mail 1",
    "emailaddress1",
)


def key(*names: str) -> Column:
    """The identifier, which Dynamics exports as “(Do Not Modify) …”."""
    return Column(KEY, noop("Identifier (GUID)"), (*names, "GUID", "Identifiant"), guid)


def email(field: str = "email_address1", *names: str) -> Column:
    return Column(field, noop("Email address"), (*names, *EMAIL_NAMES), address)


def owner() -> Column:
    return Column(
        "owner",
        noop("Owner"),
        ("Owner", "Propriétaire", "ownerid", "_ownerid_value", "ownerid_systemuser"),
        reference,
    )


def creates() -> Column:
    return Column(
        "create_automatically",
        noop("Create for unknown senders"),
        (
            "Create for unknown senders",
            "Créer pour les expéditeurs inconnus",
            "autocreatecontactonpromote",
        ),
        choice(CREATES),
    )


def state(names: Mapping[Any, Sequence[str]] | None = None) -> Column:
    read: Read = choice(names or STATES)
    return Column("statecode", noop("Status"), ("Status", "Statut", "État", "statecode"), read)
