"""What a password of the pages must not be made of: the name of the product and of the house.

Length and the twenty thousand commonest passwords are Django's own checks, which run beside this.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from passerelle.crm.services.organization import organization

PRODUCT = "passerelle"
LEAST_CHARS_BESIDE = 8  # of a password that holds such a name, without it
LEAST_CHARS_OF_NAME = 4  # a shorter word of the organization's name is in too many passwords


class NotOurNames:
    """A password that is little more than a name which everybody here knows is refused."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises `ValidationError`."""
        del user
        beside = password.casefold()
        for name in _names():
            beside = beside.replace(name, "")
        if beside != password.casefold() and len(beside) < LEAST_CHARS_BESIDE:
            raise ValidationError(
                gettext("The password is little more than a name that is known here.")
            )

    def get_help_text(self) -> str:
        return gettext("Not made of the name of Passerelle or of the organization.")


def _names() -> list[str]:
    words = organization().name.casefold().split()
    return [PRODUCT, *(word for word in words if len(word) >= LEAST_CHARS_OF_NAME)]
