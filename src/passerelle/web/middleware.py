"""What every answer carries: a policy that runs no script but ours, and the reader's language.

And a bound on what is sent here, and no character on a page that turns its text around.

Nothing of a page may come from elsewhere, and nothing written into a page by somebody else can
run: no inline script, no inline style, no frame. A view that answers with somebody else's bytes
sets a stricter policy of its own, which is left as it is.
"""

import re
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import translation

from passerelle.access.services import open_session, owes_second_factor
from passerelle.web.client_address import client_address, comes_from_proxy

GetResponse = Callable[[HttpRequest], HttpResponse]


class SessionRequest(HttpRequest):
    """A request as `OpenSessions` and all behind it have it."""

    client_address: str
    owes_second_factor: bool


PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

# Of the page that shows HTML mail in a frame; the frame has a stricter policy of its own.
FRAMING_POLICY = f"{PAGE_POLICY}; frame-src 'self'"


# Above what the three files of a router may have together (32 MB), so that a set that is somewhat
# too large is refused in words by its reader, and only nonsense is cut off here.
LARGEST_REQUEST_BYTES = 64 * 1024 * 1024


class TrustedProxies:
    """Forgets what others than a trusted proxy say of how a visitor came, before it is read."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not comes_from_proxy(request):
            request.META.pop("HTTP_X_FORWARDED_PROTO", None)
        return self._get_response(request)


class Probes:
    """Answers monitors at once: no session, no language, no host name to be listed, no cookie.

    A monitor asks by the address of a machine or a container, which no setting can know before.
    """

    PATHS = ("/health/", "/metrics")

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(self.PATHS):
            return self._get_response(request)
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return self._get_response(request)
        if match.view_name not in {"web:health-live", "web:health-ready", "web:metrics"}:
            return self._get_response(request)
        response: HttpResponse = match.func(request)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Content-Security-Policy"] = "default-src 'none'"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


class BoundedRequests:
    """Refuses what is too long before a byte of it is read."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.headers.get("Content-Length", "")
        if length.isdigit() and int(length) > LARGEST_REQUEST_BYTES:
            return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return self._get_response(request)


# U+202A to U+202E and U+2066 to U+2069 in UTF-8: embeddings, overrides, isolates. With one of them
# in a name, `gpj.exe` reads `exe.jpg` and an address reads like another; the marks U+200E and
# U+200F, which Hebrew and Arabic need, turn nothing around and stay.
_TURNING = re.compile(rb"\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]")


class OpenSessions:
    """A session that was ended, idle too long or too old is over; a second factor may be owed."""

    # What somebody may do who has still to set up a second factor.
    ALLOWED = frozenset({"second-factor-set-up", "password", "sign-out", "language"})

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: SessionRequest) -> HttpResponse:
        request.client_address = client_address(request)
        request.owes_second_factor = False
        if request.user.is_authenticated:
            row = open_session(request.session, request.user)
            if row is None:
                logout(request)
            else:
                request.owes_second_factor = owes_second_factor(row)
        return self._get_response(request)

    def process_view(
        self, request: SessionRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        """Lead to where the second factor is set up, from every other page."""
        del view, args, kwargs
        match = request.resolver_match
        if not request.owes_second_factor or (match and match.url_name in self.ALLOWED):
            return None
        return redirect("web:second-factor-set-up")


class SafeAnswers:
    """Adds the policy, and forbids caches to keep what a signed-in person saw.

    Pages lose the characters that turn the writing direction, whoever wrote them and wherever they
    stand; a download is what it was, byte for byte.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=()"
        )
        if _is_signed_in(request):
            response.headers.setdefault("Cache-Control", "no-store")
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.content = _TURNING.sub(b"", response.content)
        return response


def _is_signed_in(request: HttpRequest) -> bool:
    """Also for a request that was refused before anybody asked whose it is."""
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated


class LanguageOfAccount:
    """A signed-in person reads the language that is kept on the account, wherever they sign in."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.user.language if request.user.is_authenticated else ""
        if chosen not in dict(settings.LANGUAGES):
            return self._get_response(request)
        request.LANGUAGE_CODE = chosen
        with translation.override(chosen):
            response = self._get_response(request)
            response.headers["Content-Language"] = chosen
        return response
