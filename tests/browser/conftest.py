"""Chromium, a running demonstration, and a person who goes through its pages.

Elements are found by address, name and value, never by their text: the same steps are gone in
every language.
"""

import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    Error,
    Locator,
    Page,
    Response,
    expect,
    sync_playwright,
)
from pytest_django.live_server_helper import LiveServer
from tests.browser.site import PATIENCE_SECONDS, Site
from tests.browser.turns import Turns, turns_of
from tests.system.demo.test_demonstration import demonstration
from tests.unit.web.conftest import make_world

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PASSWORD = "une phrase assez longue"


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demonstration: its folder, where its pages are, and the way in."""

    folder: Path
    address: str
    link: str

    @property
    def mail_password(self) -> str:
        return (self.folder / "password").read_text(encoding="ascii")


@dataclass(slots=True)
class Person:
    """Somebody at a browser; what the console complained about is kept."""

    page: Page
    demo: Demo
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Response:
        response = self.page.goto(self.demo.address + path)
        assert response is not None
        return response

    def go(self, path: str) -> None:
        """Follow an entry of the menu, which is folded away on a narrow screen."""
        button = self.page.locator(".menu-button")
        if button.is_visible():
            button.click()
        self.page.locator(f'nav.menu a[href="{path}"]').click()
        expect(self.page).to_have_url(self.demo.address + path)
        self.page.wait_for_load_state()

    def press(self, selector: str) -> None:
        self.page.locator(f"main {selector}").first.click()
        self.page.wait_for_load_state()

    def wait_on(self, selector: str) -> Locator:
        """Load the page again until the element is there."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        found = self.page.locator(f"main {selector}")
        while not found.count():
            assert time.monotonic() < deadline, f"{selector} at {self.page.url}"
            self.page.wait_for_timeout(500)
            with suppress(Error):  # the page may load itself again at the same moment
                self.page.reload()
        return found.first


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a window, and the patience of whoever looks into it."""
    expect.set_options(timeout=PATIENCE_SECONDS * 1000)
    if shutil.which(CHROMIUM) is None:
        pytest.skip(f"{CHROMIUM} is not installed: apt-get install chromium")
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []  # it refuses root otherwise
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*QUIET, *as_root], timeout=60_000
        )
        yield browser
        browser.close()


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[1280, 400], ids=["wide", "narrow"])
def width(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def demo(tmp_path: Path, language: str) -> Iterator[Demo]:
    """A demonstration of its own, as `make demo` starts it."""
    with demonstration(tmp_path / "demo", language=language) as running:
        link = running.wait_for(r"(https?://[^/\s]+)/sign-in/\S+")
        yield Demo(tmp_path / "demo", link.group(1), link.group(0))


@pytest.fixture
def person(chromium: Browser, demo: Demo, width: int, language: str) -> Iterator[Person]:
    """Somebody who has followed the link and chosen a password."""
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, locale=language, base_url=demo.address
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_SECONDS * 1000)
    somebody = Person(page, demo)
    page.on("console", lambda said: _complain(somebody, said.type, said.text))
    page.on("pageerror", lambda error: somebody.complaints.append(str(error)))
    page.goto(demo.link)
    somebody.press("button.main")
    page.fill("#id_new_password1", PASSWORD)
    page.fill("#id_new_password2", PASSWORD)
    somebody.press("button.main")
    expect(page).to_have_url(re.compile(r":\d+/$"))
    yield somebody
    context.close()


def _complain(person: Person, kind: str, text: str) -> None:
    """A refused form is an answer of 422, which the console notes and which is meant."""
    if kind in {"error", "warning"} and "422" not in text:
        person.complaints.append(text)


@pytest.fixture(scope="session", autouse=True)
def loop_of_playwright() -> None:
    """Playwright leaves a loop running in this thread, in which Django forbids its database."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "yes"


@pytest.fixture
def turns(transactional_db: None, live_server: LiveServer) -> Iterator[Turns]:
    """The pages are served one at a time, and no more once the test has ended."""
    with turns_of(live_server) as turns:
        yield turns


@pytest.fixture
def site(live_server: LiveServer, turns: Turns, chromium: Browser) -> Site:
    """The pages over the company of the unit tests, with an email that was written as HTML."""
    world = make_world()
    return Site(live_server.url, world, chromium, turns)
