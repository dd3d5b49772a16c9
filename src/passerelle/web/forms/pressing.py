"""Which rows of a list a person pressed the button of, or ticked."""

from uuid import UUID

from django.http import HttpRequest, QueryDict

from passerelle.guids import guid_of


def pressed(request: HttpRequest, button: str) -> UUID | None:
    """The key of the row; None where that button was not pressed, or names no key."""
    return guid_of(request.POST.get(button, ""))


def ticked(asked: QueryDict, most: int | None = None) -> list[UUID]:
    """The keys of the rows, of so many at most; what is no key is nobody's."""
    found = map(guid_of, asked.getlist("chosen")[:most])
    return [key for key in found if key is not None]
