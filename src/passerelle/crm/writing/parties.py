"""From the addresses that were typed to the parties of an email, each with the record it means."""

import re
from collections.abc import Iterator, Mapping, Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from passerelle.crm.models import ActivityParty, Email, Queue, SystemUser
from passerelle.crm.models.mail.emails import Participation
from passerelle.crm.services.meaning import Records, meant_by
from passerelle.crm.writing.letters import Writer, Written
from passerelle.messages import Address, parse_address
from passerelle.tracking import PartyKind, RecordRef

RECIPIENTS = 500  # of one email written by a person
TO_CHARS = 500  # of the column

_SIGN = re.compile(r'\\["\\]|[";,\n]')  # an escape, a quote, or what stands between two addresses
_ORDER = list(PartyKind)


def parties_of(email: Email, sender: Writer, written: Written) -> list[ActivityParty]:
    """The parties, and the line of recipients on the email. Raises `ValidationError`, by field."""
    roles = {
        Participation.TO: typed_addresses("to", written.to),
        Participation.CC: typed_addresses("cc", written.cc),
        Participation.BCC: typed_addresses("bcc", written.bcc),
    }
    if sum(map(len, roles.values())) > RECIPIENTS:
        raise ValidationError({"to": gettext("An email has at most %d recipients.") % RECIPIENTS})
    email.to_recipients = ";".join(one.address for one in roles[Participation.TO])[:TO_CHARS]
    known = meant_by({one.key for found in roles.values() for one in found}).records
    return [_sender_party(email, sender), *_recipients(email, roles, known)]


def typed_addresses(field: str, text: str) -> tuple[Address, ...]:
    """The addresses that were typed; one that is none is named, never dropped."""
    found: list[Address] = []
    for piece in filter(str.strip, _pieces(text)):
        address = parse_address(piece.strip())
        if address is None:
            raise ValidationError(
                {field: gettext("“%s” is not an email address.") % piece.strip()[:100]}
            )
        found.append(address)
    return tuple({address.key: address for address in found}.values())


def _pieces(text: str) -> Iterator[str]:
    """What stands between commas, semicolons and line ends, as far as a line quotes none of them.

    Looks at each character once: whoever writes may paste anything.
    """
    start, quoted, last = 0, False, text.rfind('"')
    for match in _SIGN.finditer(text):
        sign = match[0]
        if sign == '"':
            quoted = not quoted and match.start() < last  # the last one quotes nothing
        elif sign == "\n" or (sign in ",;" and not quoted):
            yield text[start : match.start()]
            start, quoted = match.end(), False
    yield text[start:]


def _recipients(
    email: Email,
    roles: Mapping[Participation, Sequence[Address]],
    known: Records,
) -> Iterator[ActivityParty]:
    """One party an address: the record that it means, as a sender's would be chosen."""
    seen: set[str] = set()
    for participation, addresses in roles.items():
        for position, address in enumerate(addresses):
            if address.key in seen:
                continue
            seen.add(address.key)
            record = _meant(known.get(address.key, ()))
            yield ActivityParty(
                email=email,
                participation=participation,
                address_used=address.address,
                name_used=address.name[:200],
                position=position,
                created_on=email.created_on,
                **({f"{record.kind.value}_id": record.id} if record else {}),
            )


def _meant(records: Sequence[RecordRef]) -> RecordRef | None:
    """The first active one in the order of kinds, else the first."""
    return min(
        records, key=lambda record: (not record.active, _ORDER.index(record.kind)), default=None
    )


def _sender_party(email: Email, sender: Writer) -> ActivityParty:
    return ActivityParty(
        email=email,
        participation=Participation.SENDER,
        address_used=email.sender,
        name_used=str(sender)[:200],
        created_on=email.created_on,
        systemuser=sender if isinstance(sender, SystemUser) else None,
        queue=sender if isinstance(sender, Queue) else None,
    )
