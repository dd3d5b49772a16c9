"""What every answer carries: a policy that runs no script but ours, and the reader's language.

Nothing of a page may come from elsewhere, and nothing written into a page by somebody else can
run: no inline script, no inline style, no frame. A view that answers with somebody else's bytes
sets a stricter policy of its own, which is left as it is.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

GetResponse = Callable[[HttpRequest], HttpResponse]

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


class SafeAnswers:
    """Adds the policy, and forbids caches to keep what a signed-in person saw."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=()"
        )
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response


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
