"""Why an email is considered unsafe, in words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from passerelle.crm.models import Email
from passerelle.messages import Danger

_WORDS: Mapping[Danger, Promise | str] = {
    Danger.FALSE_NAME: _(
        "The name of its sender is an email address, and not the one that it comes from."
    ),
    Danger.BLOCKED_FILE: _("A file of a kind that System Settings block goes with it."),
    Danger.UNPROVED_SENDER: _(
        "Its sender may be forged: the receiving server did not find the address confirmed."
    ),
}


def dangers_told(email: Email) -> list[Promise | str]:
    """Each reason as a sentence; none where it is not considered unsafe."""
    found = Danger(email.is_unsafe or 0)
    return [words for danger, words in _WORDS.items() if danger in found]
