"""Which rows of a list a person pressed the button of, or ticked."""

from uuid import UUID

from django.http import HttpRequest, QueryDict


def pressed(request: HttpRequest, button: str) -> UUID | None:
    """The key of the row; None where that button was not pressed, or names no key."""
    return key_in(request.POST.get(button, ""))


def ticked(asked: QueryDict, most: int | None = None) -> list[UUID]:
    """The keys of the rows, of so many at most; what is no key is nobody's."""
    found = map(key_in, asked.getlist("chosen")[:most])
    return [key for key in found if key is not None]


def key_in(text: str) -> UUID | None:
    """The key that an address or a form names; None for what is none, which finds no row."""
    try:
        return UUID(text)
    except ValueError:
        return None
