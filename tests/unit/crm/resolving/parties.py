"""Parties of emails, as what names them finds them."""

from django.utils import timezone

from passerelle.crm.models import ActivityParty, Email
from passerelle.crm.models.mail.emails import EmailState, EmailStatus, Participation
from passerelle.guids import new_guid


def party_of(
    address: str, participation: Participation = Participation.SENDER, **named: object
) -> ActivityParty:
    """A party of an email of its own, who means nobody, or what is named."""
    email = Email.objects.create(
        subject="An order",
        statecode=EmailState.COMPLETED,
        statuscode=EmailStatus.RECEIVED,
        created_on=timezone.now(),
        identity=new_guid().bytes,
    )
    return ActivityParty.objects.create(
        email=email, participation=participation, address_used=address, **named
    )


def means(party: ActivityParty) -> object:
    """The one record that the party means, or None."""
    party.refresh_from_db()
    people = (party.systemuser, party.queue, party.account, party.contact, party.lead)
    return next((one for one in people if one is not None), None)
