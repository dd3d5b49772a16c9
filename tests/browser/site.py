"""The pages served to a real browser from the company of the unit tests: no mail, no waiting."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page
from tests.browser.turns import Turns
from tests.unit.web.conftest import World, signed_in

from passerelle.crm.models import SignInAccount


@dataclass(frozen=True, slots=True)
class Look:
    """How somebody looks at the pages."""

    language: str = "en"
    width: int = 1280
    scheme: Literal["light", "dark"] = "light"

    def __str__(self) -> str:
        return f"{self.scheme}-{self.width}-{self.language}"


USUAL = Look()
PATIENCE_SECONDS = 120.0  # of a machine that does many other things


@dataclass(slots=True)
class Visit:
    """Somebody who has signed in, and what the browser complained about."""

    page: Page
    complaints: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Site:
    """Where the pages are, and the company that stands behind them."""

    address: str
    world: World
    browser: Browser
    turns: Turns

    @contextmanager
    def visit(self, account: SignInAccount | None, look: Look = USUAL) -> Iterator[Visit]:
        """A browser window of this person, signed in."""
        with self.turns.alone():
            client = signed_in(account) if account else None
        with self.window(client, look) as visit:
            yield visit

    @contextmanager
    def window(self, client: Client | None, look: Look = USUAL) -> Iterator[Visit]:
        """A browser window that goes on from where the client came to."""
        context = self.browser.new_context(
            base_url=self.address,
            locale=look.language,
            color_scheme=look.scheme,
            viewport={"width": look.width, "height": 900},
        )
        try:
            self._go_on(context, client, look.language)
            visit = Visit(context.new_page())
            visit.page.set_default_timeout(PATIENCE_SECONDS * 1000)
            visit.page.on("console", lambda said: _complain(visit, said.type, said.text))
            visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
            visit.page.on("dialog", lambda dialog: visit.complaints.append(dialog.message))
            yield visit
        finally:
            context.close()

    def _go_on(self, context: BrowserContext, client: Client | None, language: str) -> None:
        cookies = {settings.LANGUAGE_COOKIE_NAME: language}
        if client is not None:
            name = settings.SESSION_COOKIE_NAME
            cookies[name] = client.cookies[name].value
        context.add_cookies(
            [{"name": name, "value": value, "url": self.address} for name, value in cookies.items()]
        )


def until(page: Page, condition: Callable[[], bool]) -> None:
    """For what only the store shows: what the browser does by itself in the background."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < ends, "it never came true"
        page.wait_for_timeout(100)


def _complain(visit: Visit, kind: str, text: str) -> None:
    if kind in {"error", "warning"}:
        visit.complaints.append(text)
