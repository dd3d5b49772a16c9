"""What of a received email is known of its sender, by a server that is believed.

Believed is the server that the profile names through which the email came. Where it came through
several, all have to name the same one, as only one copy is kept and nothing says whose it is; what
somebody else passed on, or another server delivered than is there now, has no such field of ours.
"""

from passerelle.crm.models import Email
from passerelle.crm.services import sender_checks
from passerelle.messages import Checks
from passerelle.sync.models import Place


def authenticity_of(email: Email) -> Checks | None:
    """The checks of a received email; None where nobody who is believed wrote any."""
    return None if email.direction_code else sender_checks(email, _believed(email))


def _believed(email: Email) -> str:
    """The name of the server; "" for none."""
    places = Place.objects.filter(email=email).values_list(
        "part", "epoch", "mailbox__reading__epoch", "mailbox__profile__authserv_id"
    )
    names = {
        name or "" if not part and epoch == current else "" for part, epoch, current, name in places
    }
    return names.pop() if len(names) == 1 else ""
