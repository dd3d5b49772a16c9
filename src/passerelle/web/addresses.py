"""Whole addresses of our pages, for what leaves them: a mail, a provider, a person's clipboard.

The setting `public_url` says how people reach the pages; only without it an address is made as
the browser that asks came, by a name and a scheme which it chose itself.
"""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from passerelle.access.services import TOKEN
from passerelle.faults.settings import PublicAddressMissing

_MARK = "TOKEN"  # the braces of `TOKEN` would not survive in an address


def whole_address(path: str, request: HttpRequest | None = None) -> str:
    """The address by which people reach this path.

    Raises `PublicAddressMissing` where no browser asks and no setting says it.
    """
    public = settings.PASSERELLE.public_url.rstrip("/")
    if public:
        return f"{public}{path}"
    if request is None:
        raise PublicAddressMissing
    return request.build_absolute_uri(path)


def link_address(request: HttpRequest | None = None) -> str:
    """The address of a one-time link, with `TOKEN` where its token will stand; raises the same."""
    page = whole_address(reverse("web:sign-in-link", args=[_MARK]), request)
    return TOKEN.join(page.rsplit(_MARK, 1))
