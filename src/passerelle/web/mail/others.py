"""Email of others, as its page and the time line of a record show it: as much as is shared.

Hidden recipients, how it was sent, why it is here and the message as it came are never shared.
"""

from typing import Any

from django.utils.translation import gettext

from passerelle.crm.models import Email
from passerelle.crm.models.mail.emails import Participation
from passerelle.crm.models.people import SharedLevel
from passerelle.crm.services import conversation_of
from passerelle.crm.sharing import sight_of
from passerelle.web.mail.attached import attachment_views, closed_sentence
from passerelle.web.mail.dangers import dangers_told
from passerelle.web.mail.letters import letter_view
from passerelle.web.rights import AccountRequest

WHOSE = ("owner", "accepting_queue", "accepting_user")  # come with the email


def whose(email: Email) -> str:
    """In words, whose email it is: its owner's, else that of who took it."""
    of = email.owner or email.accepting_queue or email.accepting_user
    if of is None:
        return gettext("Email of other people")
    return gettext("Email of {name}").format(name=of)


def shared_view(request: AccountRequest, email: Email) -> dict[str, Any]:
    """What the page of an email shows to those who only see it as it is shared."""
    sight = sight_of(email)
    whole = sight == SharedLevel.ALL
    rows = list(email.attachments.all()) if whole else []
    return {
        "email": email,
        "whose": whose(email),
        "has_title": sight >= SharedLevel.SUBJECT,
        "whole": whole,
        "dangers": dangers_told(email),
        "parties": parties_of(email, hidden=False),
        "letter": letter_view(request, email, headers=False) if whole else None,
        "attachments": attachment_views(email, rows),
        "closed": closed_sentence(email, rows) if whole else "",
        "conversation": conversation_of(request.user, email),
    }


def parties_of(email: Email, *, hidden: bool = True) -> list[tuple[str, list[Any]]]:
    """The parties by their part, in the order of the headers, without empty groups.

    `hidden`: with those whom nobody else knows of (Bcc).
    """
    related = email.parties.select_related(
        "systemuser", "queue", "account", "contact", "lead", "resolution"
    )
    found = list(related)
    roles = [role for role in Participation if hidden or role != Participation.BCC]
    groups = (
        (str(role.label), [party for party in found if party.participation == role])
        for role in roles
    )
    return [(label, parties) for label, parties in groups if parties]
