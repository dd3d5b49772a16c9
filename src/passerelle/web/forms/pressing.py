"""Which row of a list a person pressed the button of."""

from uuid import UUID

from django.http import HttpRequest


def pressed(request: HttpRequest, button: str) -> UUID | None:
    """The key of the row; None where that button was not pressed, or names no key."""
    try:
        return UUID(request.POST.get(button, ""))
    except ValueError:
        return None
