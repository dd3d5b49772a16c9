"""Mailboxes from the rows of a table: methods, profile, approval and state of those that are there.

A mailbox is made with its user or queue, so a row without one is refused. It is found by its
identifier, else by the address of its user or queue, which is not changed here. Nothing is enabled.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q

from passerelle.crm.models import EmailSearch
from passerelle.faults import noop
from passerelle.importing import references
from passerelle.importing.columns import KEY, Column, Parsed, choice, reference
from passerelle.importing.kinds import headings
from passerelle.importing.kinds.kind import Outcome, Planned, each, guid_or, only_one
from passerelle.importing.references import References
from passerelle.importing.refusals import (
    NEEDS_PROFILE,
    NEVER_OUT,
    NO_FORWARD,
    NO_MAILBOX,
    NOT_OF_A_QUEUE,
    ONLY_RECEIVES,
    UNKNOWN_PROFILE,
    RefusedError,
)
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import EmailServerProfile, Mailbox
from passerelle.mailboxes.models.choices import AccessApproval, ActDeliveryMethod, DeliveryMethod
from passerelle.messages import key_of

_NONE = ("None", "Aucun", "Aucune")
_OUTLOOK = (
    "Microsoft Dynamics 365 for Outlook",
    "Dynamics 365 for Outlook",
    "Microsoft Dynamics CRM for Outlook",
    "Outlook synchronization",
    "Synchronisation Outlook",
    "Microsoft Dynamics 365 pour Outlook",
    "Microsoft Dynamics CRM pour Outlook",
)
_SERVER_SIDE = (
    "Server-Side Synchronization or Email Router",
    "Server-Side Synchronization",
    "Email Router",
    "E-mail Router",
    "Synchronisation côté serveur ou E-mail Router",
    "Synchronisation côté serveur",
)
_FORWARD = ("Forward Mailbox", "Boîte aux lettres de transfert")
_METHODS: Mapping[DeliveryMethod, Sequence[str]] = {
    DeliveryMethod.NONE: _NONE,
    DeliveryMethod.OUTLOOK: _OUTLOOK,
    DeliveryMethod.SERVER_SIDE: _SERVER_SIDE,
    DeliveryMethod.FORWARD: _FORWARD,
}
_APPROVALS: Mapping[AccessApproval, Sequence[str]] = {
    AccessApproval.EMPTY: ("Empty", "Vide"),
    AccessApproval.APPROVED: ("Approved", "Approuvé", "Approuvée"),
    AccessApproval.PENDING: (
        "Pending approval",
        "Approbation en attente",
        "En attente d'approbation",
        "Approbation en cours",
    ),
    AccessApproval.REJECTED: ("Rejected", "Rejeté", "Rejetée", "Refusé", "Refusée"),
}


@dataclass(slots=True)
class _Batch:
    """What was looked up for some rows, and what is to be written."""

    by_key: dict[UUID, Mailbox]
    by_address: Mapping[str, set[UUID]]
    profiles: References
    forwardable: bool  # whether there is a mailbox to forward to
    changed: list[Mailbox] = field(default_factory=list)
    names: set[str] = field(default_factory=set)


class MailboxKind:
    """Mailboxes of users and queues."""

    columns = (
        headings.key("Mailbox", "Boîte aux lettres", "mailboxid"),
        headings.email("email_address", "emailaddress"),
        Column(
            "profile",
            noop("Email server profile"),
            (
                "Server Profile",
                "Email Server Profile",
                "Profil de serveur",
                "Profil du serveur",
                "Profil de serveur de messagerie",
                "Profil du serveur de messagerie",
                "emailserverprofile",
            ),
            reference,
        ),
        Column(
            "incoming_method",
            noop("Incoming email"),
            (
                "Incoming Email",
                "Courrier entrant",
                "Courrier électronique entrant",
                "incomingemaildeliverymethod",
            ),
            choice(_METHODS),
        ),
        Column(
            "outgoing_method",
            noop("Outgoing email"),
            (
                "Outgoing Email",
                "Courrier sortant",
                "Courrier électronique sortant",
                "outgoingemaildeliverymethod",
            ),
            choice(_METHODS),
        ),
        Column(
            "act_method",
            noop("Appointments, contacts and tasks"),
            (
                "Appointments, Contacts, and Tasks",
                "Rendez-vous, contacts et tâches",
                "actdeliverymethod",
            ),
            choice(
                {
                    ActDeliveryMethod.OUTLOOK: _OUTLOOK,
                    ActDeliveryMethod.SERVER_SIDE: _SERVER_SIDE,
                    ActDeliveryMethod.NONE: _NONE,
                }
            ),
        ),
        Column(
            "approval",
            noop("Approval"),
            (
                "Email Address Approval Status",
                "E-mail Address Access Status",
                "Email Address Status",
                "Approval",
                "Approbation",
                "Statut de l'approbation de l'adresse de messagerie",
                "Statut d'accès à l'adresse de messagerie",
                "emailrouteraccessapproval",
            ),
            choice(_APPROVALS),
        ),
        headings.state(),
    )
    needed = ((KEY, "email_address"),)

    def key_of(self, values: dict[str, Any]) -> Hashable | None:
        return guid_or("email_address", values)

    def plan(self, rows: Sequence[Parsed]) -> Planned:
        batch = _look_up(rows)
        outcomes = each(rows, lambda row: _decide(row, batch))
        return Planned(outcomes, lambda: mailboxes.change_mailboxes(batch.changed, batch.names))


def _look_up(rows: Sequence[Parsed]) -> _Batch:
    addresses = {key_of(row.values.get("email_address", "")) for row in rows} - {""}
    by_address: dict[str, set[UUID]] = {}
    owners: dict[UUID, set[str]] = {}
    for own, user, queue in (
        EmailSearch.objects.filter(email_address__in=addresses, alias=None)
        .exclude(systemuser=None, queue=None)
        .values_list("email_address", "systemuser_id", "queue_id")
    ):
        owners.setdefault(user or queue, set()).add(own)
    keys = {row.values[KEY] for row in rows if row.values.get(KEY)}
    found = Mailbox.objects.filter(
        Q(pk__in=keys) | Q(systemuser__in=owners.keys()) | Q(queue__in=owners.keys())
    )
    by_key = {mailbox.pk: mailbox for mailbox in found}
    for mailbox in by_key.values():
        for own in owners.get(mailbox.systemuser_id or mailbox.queue_id, ()):  # type: ignore[arg-type]
            by_address.setdefault(own, set()).add(mailbox.pk)
    profiles = references.by_name(
        EmailServerProfile,
        "name",
        (row.values.get("profile", "") for row in rows),
        UNKNOWN_PROFILE,
    )
    return _Batch(by_key, by_address, profiles, mailboxes.some_forward_mailbox())


def _decide(row: Parsed, batch: _Batch) -> Outcome:
    mailbox = _mailbox(row, batch)
    values = {
        name: value
        for name, value in row.values.items()
        if name not in {KEY, "email_address"} and value is not None
    }
    if "profile" in values:
        values["profile_id"] = batch.profiles.get(values.pop("profile"))
    different = {name for name, value in values.items() if getattr(mailbox, name) != value}
    if not different:
        return Outcome.UNCHANGED
    before = {name: getattr(mailbox, name) for name in different}
    for name in different:
        setattr(mailbox, name, values[name])
    try:
        _check(mailbox, batch)
    except RefusedError:
        for name, value in before.items():
            setattr(mailbox, name, value)
        raise
    batch.changed.append(mailbox)
    batch.names |= {name.removesuffix("_id") for name in different}
    return Outcome.UPDATED


def _mailbox(row: Parsed, batch: _Batch) -> Mailbox:
    """By identifier; Dynamics' own is not ours, so the address counts where it is unknown."""
    if (mailbox := batch.by_key.get(row.values.get(KEY))) is not None:  # type: ignore[arg-type]
        return mailbox
    own = key_of(row.values.get("email_address", ""))
    found = only_one(set(batch.by_address.get(own, ())), own)
    if found is None:
        raise RefusedError(NO_MAILBOX, own)
    return batch.by_key[found]


def _check(mailbox: Mailbox, batch: _Batch) -> None:
    methods = {mailbox.incoming_method, mailbox.outgoing_method}
    if mailbox.is_forward_mailbox:
        _check_forward(mailbox)
    if mailbox.queue_id is not None and DeliveryMethod.OUTLOOK in methods:
        raise RefusedError(NOT_OF_A_QUEUE)
    if mailbox.outgoing_method == DeliveryMethod.FORWARD:
        raise RefusedError(NEVER_OUT)
    if mailbox.incoming_method == DeliveryMethod.FORWARD and not batch.forwardable:
        raise RefusedError(NO_FORWARD)
    enabled = mailbox.enabled_for_incoming or mailbox.enabled_for_outgoing
    if enabled and mailbox.profile_id is None:
        raise RefusedError(NEEDS_PROFILE)


def _check_forward(mailbox: Mailbox) -> None:
    unpacks = mailbox.incoming_method in {DeliveryMethod.NONE, DeliveryMethod.SERVER_SIDE}
    silent = mailbox.outgoing_method == DeliveryMethod.NONE
    if not (unpacks and silent and mailbox.act_method == ActDeliveryMethod.NONE):
        raise RefusedError(ONLY_RECEIVES)


MAILBOXES = MailboxKind()
