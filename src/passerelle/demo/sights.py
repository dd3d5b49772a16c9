"""What there is to see once mail has come: each scene in a sentence, and the page where it is."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext

from passerelle.demo.company import DUBOIS, GONE, HELENE, TWIN
from passerelle.demo.correspondence.oddities import PERSONAL_MARK
from passerelle.demo.correspondence.scenes import (
    ARCHITECT,
    DESK,
    DRAWN,
    FILED,
    FOLDER,
    NEWSLETTER,
    UNNAMED,
)
from passerelle.demo.staff import COLLEAGUE, QUEUES, TAGGED_ALIAS


@dataclass(frozen=True, slots=True)
class Sight:
    """One of the scenes, in the language of the console."""

    text: str
    path: str


def sights() -> list[Sight]:
    """All of them, in the order in which one goes best."""
    return [*_arrived(), *_understood(), *_sent(), *_found()]


def _arrived() -> list[Sight]:
    return [
        Sight(
            gettext(
                "Newsletters and letters marked {mark} are not tracked: see why, and press Track."
            ).format(mark=PERSONAL_MARK),
            _page("where", q=NEWSLETTER.address),
        ),
        Sight(
            gettext(
                "Bind the folder {folder} of {queue} to {account}: what a colleague filed comes, "
                "and joins “{subject}”, which answers it and was here first."
            ).format(folder=FOLDER, queue=DESK.name, account=DUBOIS.name, subject=f"Re: {FILED}"),
            _page("mailboxes", q=DESK.address),
        ),
        Sight(
            gettext(
                "Email to {alias} reached {queue} by its alias; {name} waits for the approval of "
                "another one."
            ).format(alias=TAGGED_ALIAS, queue=DESK.name, name=COLLEAGUE.fullname),
            _page("aliases-waiting"),
        ),
    ]


def _understood() -> list[Sight]:
    return [
        Sight(
            gettext(
                "“{subject}” came again and names no email: it is like the first, by words and "
                "people. Accept it, or not."
            ).format(subject=UNNAMED),
            _page("emails", q=UNNAMED),
        ),
        Sight(
            gettext("“{subject}” shows its drawing between two lines.").format(subject=DRAWN),
            _page("emails", q=DRAWN),
        ),
        Sight(
            gettext(
                "{name}, whom nobody knew, became a contact by the letter in that folder: take it "
                "back, or keep it."
            ).format(name=ARCHITECT.fullname),
            _page("records-made"),
        ),
    ]


def _sent() -> list[Sight]:
    return [
        Sight(
            gettext(
                "Write one email to {gone}, who left, and to {address}, and ask for a delivery "
                "receipt: it comes back, the alert leads to it, and its page says who has it."
            ).format(gone=GONE.address, address=HELENE.address),
            _page("email-new"),
        ),
        Sight(
            gettext(
                "Write to {name} twice: {domain} gets one email a minute, and the second says when "
                "it goes."
            ).format(name=HELENE.fullname, domain=DUBOIS.domain),
            _page("sending-limits"),
        ),
    ]


def _found() -> list[Sight]:
    return [
        Sight(
            gettext("“helene” finds {name}.").format(name=HELENE.fullname),
            _page("emails", q="helene"),
        ),
        Sight(
            gettext("The desk of {queue}: take the next one, give it on.").format(
                queue=QUEUES[0].name
            ),
            reverse("web:desk", args=[QUEUES[0].guid]),
        ),
        Sight(
            gettext("Everything with {account}, day by day.").format(account=DUBOIS.name),
            reverse("web:account", args=[DUBOIS.guid]),
        ),
        Sight(
            gettext("{name} was made twice: press Merge… on one of the two.").format(
                name=TWIN.fullname
            ),
            _page("contacts", q=TWIN.fullname),
        ),
        Sight(
            gettext(
                "Colleagues see who wrote with a customer and when; of email of {queue} the "
                "subject, too."
            ).format(queue=DESK.name),
            _page("sharing"),
        ),
    ]


def _page(name: str, **query: str) -> str:
    path = reverse(f"web:{name}")
    return f"{path}?{urlencode(query)}" if query else path
