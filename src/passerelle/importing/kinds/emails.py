"""Emails that another system tracked: enough of each that conversations go on and nothing doubles.

Such an email has neither text nor raw message. It is found again by identifier, else by Message-ID
and direction; one that Passerelle received or sent itself is never touched. Its Message-ID and
token correlate answers, and a copy of the message in a mailbox is recognised as the same
(`tracking.duplicates`). What it is about is left open where no account, contact or lead is named.
"""

import hashlib
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils import timezone

from passerelle.crm import services as crm
from passerelle.crm.models import Account, ActivityParty, Contact, Email, Lead
from passerelle.crm.models.mail.emails import EmailState, EmailStatus, Participation
from passerelle.crm.readers import grant, renew
from passerelle.crm.search import ask_to_index
from passerelle.faults import noop
from passerelle.guids import new_guid
from passerelle.importing import references
from passerelle.importing.columns import (
    KEY,
    MANY_CHARS,
    Column,
    Parsed,
    Reading,
    address,
    choice,
    moment,
    reference,
    text,
)
from passerelle.importing.kinds import headings
from passerelle.importing.kinds.kind import Outcome, Planned, each
from passerelle.importing.references import References
from passerelle.importing.refusals import NO_KEY, REQUIRED, RefusedError
from passerelle.mailboxes import services as mailboxes
from passerelle.messages import key_of, parse_addresses
from passerelle.tracking import RecordRef, record_of_address

ID_CHARS = 320
RECIPIENTS_MOST = 200
ABOUT = (("account", Account, "name"), ("contact", Contact, "fullname"), ("lead", Lead, "fullname"))
INCOMING, OUTGOING = False, True  # `directioncode`


def _message_id(cell: str, reading: Reading) -> str:
    """A Message-ID in the angle brackets that some lists leave away (RFC 5322, 3.6.4)."""
    line: str = _id_line(cell, reading)
    return f"<{line}>" if line and line[0] != "<" and "@" in line else line


def _recipients(cell: str, reading: Reading) -> tuple[str, ...]:
    """The addresses among semicolons; names without an address tell nobody apart."""
    listed = str(_recipients_line(cell, reading)).replace(";", ",")
    return tuple(one.address for one in parse_addresses(listed, RECIPIENTS_MOST))


def _sender(cell: str, reading: Reading) -> str:
    """The address; a bare name is none."""
    found = parse_addresses(str(_recipients_line(cell, reading)), 1)
    return address(found[0].address, reading) if found else ""


_id_line = text(ID_CHARS - 2)
_recipients_line = text(MANY_CHARS)


@dataclass(slots=True)
class _Batch:
    """What was looked up for some rows, and what is to be written."""

    by_key: dict[UUID, Email]
    by_id: dict[tuple[str, bool], Email]
    owners: References
    teams: frozenset[str]
    about: dict[str, References]
    records: dict[str, tuple[RecordRef, ...]]
    new: list[Email] = field(default_factory=list)
    parties: list[ActivityParty] = field(default_factory=list)
    changed: list[Email] = field(default_factory=list)
    names: set[str] = field(default_factory=set)


class EmailKind:
    """Emails of another system."""

    columns = (
        headings.key(
            "Email Message", "Email", "E-mail", "Courrier électronique", "Message électronique",
            "activityid",
        ),
        Column(
            "message_id",
            noop("Message-ID"),
            ("Message ID", "ID du message", "Identificateur de message", "messageid"),
            _message_id,
        ),
        Column(
            "direction_code",
            noop("Direction"),
            ("Direction", "Status Reason", "Raison du statut", "directioncode"),
            choice(
                {
                    OUTGOING: ("Outgoing", "Sortant", "Sent", "Envoyé", "Yes", "Oui"),
                    INCOMING: ("Incoming", "Entrant", "Received", "Reçu", "No", "Non"),
                }
            ),
        ),
        Column("subject", noop("Subject"), ("Subject", "Objet", "Sujet"), text(800)),
        Column(
            "tracking_token",
            noop("Tracking token"),
            ("Tracking Token", "Jeton de suivi", "trackingtoken"),
            text(50),
        ),
        Column(
            "sent_on",
            noop("Date"),
            (
                "Date Sent", "Date d'envoi", "Envoyé le", "senton",
                "Actual End", "Fin réelle", "actualend",
                "Created On", "Créé le", "Date de création", "createdon",
            ),
            moment,
            is_date=True,
        ),
        Column(
            "sender", noop("Sender"), ("Sender", "From", "De", "Expéditeur", "sender"), _sender
        ),
        Column(
            "to",
            noop("Recipients"),
            ("To Recipients", "To", "À", "Destinataires", "torecipients"),
            _recipients,
        ),
        Column(
            "in_reply_to",
            noop("In-Reply-To"),
            ("In Reply To Message", "In-Reply-To", "En réponse à", "inreplyto"),
            _message_id,
        ),
        Column(
            "regarding",
            noop("Regarding"),
            ("Regarding", "Concernant", "Objet associé", "regardingobjectid",
             "_regardingobjectid_value"),
            reference,
        ),
        headings.owner(),
    )  # fmt: skip
    needed = ((KEY, "message_id"), ("direction_code",))

    def key_of(self, values: dict[str, Any]) -> Hashable | None:
        key: Hashable | None = values.get(KEY)
        if key:
            return key
        own = values.get("message_id")
        return (own, values.get("direction_code")) if own else None

    def plan(self, rows: Sequence[Parsed]) -> Planned:
        batch = _look_up(rows)
        outcomes = each(rows, lambda row: _decide(row, batch))

        def write() -> None:
            crm.load_rows(batch.new)
            crm.load_rows(batch.parties)
            crm.update_rows(batch.changed, batch.names)
            if "created_on" in batch.names:
                crm.date_parties([email.pk for email in batch.changed])
            grant([email.pk for email in batch.new])
            renew([email.pk for email in batch.changed])
            ask_to_index(email.pk for email in (*batch.new, *batch.changed))
            if (matching := mailboxes.held_unless_off()) is not None:
                crm.keep_hashes((*batch.new, *batch.changed), matching)

        return Planned(outcomes, write)


def _look_up(rows: Sequence[Parsed]) -> _Batch:
    keys = {row.values[KEY] for row in rows if row.values.get(KEY)}
    ids = {row.values["message_id"] for row in rows if row.values.get("message_id")}
    same = Email.objects.filter(message_id__in=ids).defer("description").order_by("version")
    addresses = {key_of(one) for row in rows for one in _addresses(row)}
    owners, teams = references.owners(row.values.get("owner", "") for row in rows)
    names = {row.values.get("regarding", "") for row in rows}
    return _Batch(
        by_key=dict(Email.objects.defer("description").in_bulk(list(keys))),
        by_id={(email.message_id, email.direction_code): email for email in same},
        owners=owners,
        teams=teams,
        about={kind: references.by_name(model, name, names, "") for kind, model, name in ABOUT},
        records=crm.records_of(addresses),
    )


def _addresses(row: Parsed) -> tuple[str, ...]:
    sender = row.values.get("sender")
    return (*([sender] if sender else []), *row.values.get("to", ()))


def _decide(row: Parsed, batch: _Batch) -> Outcome:
    values, own = _values(row, batch), row.values.get("message_id", "")
    direction = row.values.get("direction_code")
    if direction is None:
        raise RefusedError(REQUIRED)
    key = row.values.get(KEY)
    stored = batch.by_key.get(key) if key else None
    if stored is None and own:
        stored = batch.by_id.get((own, direction))
    if stored is None and not key and not own:
        raise RefusedError(NO_KEY)
    if stored is None:
        email = _new(key or new_guid(), values, direction=direction)
        batch.new.append(email)
        batch.parties.extend(_parties(email, row, batch))
        return Outcome.CREATED
    if not stored.is_history or (key and stored.pk != key):
        return Outcome.UNCHANGED  # it is here already, as Passerelle or another row knows it
    different = {name for name, value in values.items() if getattr(stored, name) != value}
    for name in different:
        setattr(stored, name, values[name])
    if different:
        batch.changed.append(stored)
        batch.names |= {name.removesuffix("_id") for name in different}
    return Outcome.UPDATED if different else Outcome.UNCHANGED


def _values(row: Parsed, batch: _Batch) -> dict[str, Any]:
    """The fields of the email with their final values."""
    names = {"message_id", "subject", "tracking_token", "sender", "in_reply_to"}
    values = {name: value for name, value in row.values.items() if name in names}
    if row.values.get("sent_on"):
        values["sent_on"] = values["created_on"] = row.values["sent_on"]
    if "to" in row.values:
        values["to_recipients"] = ";".join(row.values["to"])[:500]
    if "owner" in row.values:
        name = row.values["owner"]
        values["owner_id"] = None if name in batch.teams else batch.owners.get(name)
    if "regarding" in row.values:
        text_of = row.values["regarding"]
        found = {kind: about.known(text_of) for kind, about in batch.about.items()}
        if sum(key is not None for key in found.values()) > 1:
            found = dict.fromkeys(found)
        values |= {f"regarding_{kind}_id": key for kind, key in found.items()}
    return values


def _new(key: UUID, values: dict[str, Any], *, direction: bool) -> Email:
    moment_of = {"created_on": timezone.now()} | values
    return Email(
        activity_id=key,
        direction_code=direction,
        statecode=EmailState.COMPLETED,
        statuscode=EmailStatus.SENT if direction else EmailStatus.RECEIVED,
        identity=hashlib.sha256(b"history:" + key.bytes).digest(),  # like no message's
        text_digest=hashlib.sha256(b"").digest(),
        version=1,
        is_history=True,
        **moment_of,
    )


def _parties(email: Email, row: Parsed, batch: _Batch) -> list[ActivityParty]:
    """The sender and the recipients, each the record that its address means."""
    sender = row.values.get("sender")
    listed = [(Participation.SENDER, sender)] if sender else []
    listed += [(Participation.TO, one) for one in row.values.get("to", ())]
    parties = []
    for position, (part, own) in enumerate(listed):
        record = record_of_address(batch.records.get(key_of(own), ()))
        of = {f"{record.kind.value}_id": record.id} if record else {}
        parties.append(
            ActivityParty(
                email_id=email.pk,
                participation=part,
                address_used=own,
                position=position,
                created_on=email.created_on,
                **of,
            )
        )
    return parties


EMAILS = EmailKind()
