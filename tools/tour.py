"""Starts the demonstration in a folder of its own and walks its tour, as a person does.

Boxes and buttons are found by their names, never by their texts, so that the tour is the same in
every language.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright

LOOK_MILLISECONDS = 1000
LOOKS = 120
RELAY = "router@lumen.example"
QUEUES = ("support@lumen.example", "billing@lumen.example", "devis@lumen.example")
USERS = ("camille.laurent@lumen.example", "ines.fournier@lumen.example")


@dataclass(frozen=True, slots=True)
class Demonstration:
    """A running one: where its pages are, and where its folder."""

    link: str
    folder: Path

    @property
    def address(self) -> str:
        return self.link.partition("/sign-in/")[0]

    @property
    def password(self) -> str:
        return (self.folder / "password").read_text(encoding="ascii")

    @property
    def router_files(self) -> Path:
        """Of the one in Paris, which is enough for pictures."""
        return self.folder / "router" / "paris"

    @property
    def outage(self) -> Path:
        """While this file exists the mail servers stand still."""
        return self.folder / "mail-off"


@contextmanager
def demonstration(folder: Path, language: str = "en") -> Iterator[Demonstration]:
    """Run it until the block ends."""
    names = {name: text for name, text in os.environ.items() if not name.startswith("PASSERELLE_")}
    with subprocess.Popen(
        [sys.executable, "-m", "passerelle.demo", "--folder", str(folder)],
        env={**names, "LC_ALL": f"{language}.UTF-8", "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        try:
            yield Demonstration(_link(process), folder)
        finally:
            process.terminate()
            process.communicate()


def _link(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    said = []
    for line in process.stdout:  # it gives up by itself when its product does not start
        said.append(line)
        if found := re.search(r"http://\S+/sign-in/\S+", line):
            return found.group()
    raise ChildProcessError("".join(said))


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; as root it cannot have its sandbox, and sees the loopback only."""
    found = shutil.which("chromium")
    if found is None:
        raise FileNotFoundError("Chromium is missing: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, chromium_sandbox=os.geteuid() != 0
        )
        yield browser
        browser.close()


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person who takes the tour."""

    page: Page
    demo: Demonstration

    def go(self, path: str) -> None:
        self.page.goto(f"{self.demo.address}{path}")

    def sign_in(self) -> None:
        """By the one-time link, which works when its button is pressed."""
        self.page.goto(self.demo.link)
        self._press("main form button.main")

    def speak(self, language: str) -> None:
        """Read the pages in another language."""
        self.go("/sign-in/" if self.page.url == "about:blank" else "/password/")
        self._press(f'nav button[name="language"][value="{language}"]')

    def bring_files(self) -> None:
        """First page of the migration: the three files; then the answer to its one question."""
        self.go("/migrations/new/")
        for box, part in (("agent", "Agent"), ("state", "State"), ("key", "Encryption")):
            file = next(one for one in self.demo.router_files.iterdir() if part in one.name)
            self.page.set_input_files(f'input[name="{box}"]', file)
        self.page.check('input[name="stopped"]')
        self._press("main form button.main")
        self.page.select_option('select[name="q0"]', "exchange-2010")
        self._press('form[action$="/answers/"] button')

    def choose_profiles(self) -> None:
        """Second page: Yes to everything that may be migrated."""
        for yes in self.page.locator('input[name^="migrate-"][value="yes"]').all():
            yes.check()
        self._press("main form.form button.main")

    def start_migration(self) -> None:
        """Third page: Start, and wait for the summary that is kept."""
        self._press("main form.actions button.main")
        self.page.locator("ol.numbers").wait_for()

    def enter_passwords(self) -> None:
        """Of the profiles' SMTP account, and of the mailboxes that the tour enables."""
        self.go("/profiles/")
        for address in self._addresses('main a.title[href^="/profiles/"]'):
            self.go(f"{address}edit/")
            self.page.fill('input[name="outgoing_username"]', RELAY)
            self.page.fill('input[name="outgoing_password"]', self.demo.password)
            self._press("main form.form button.main")
        for owner in (*QUEUES, *USERS):
            self.go(f"{self.mailbox(owner)}credentials/")
            self.page.fill('input[name="username"]', owner)
            self.page.fill('input[name="password"]', self.demo.password)
            self._press("main form button.main")

    def approve_and_test(self) -> None:
        """Approve the mailboxes of the tour, test and enable them, and wait for the results."""
        for owner in (*QUEUES, *USERS):
            self.open_mailbox(owner)
            if self.page.locator('button[value="approve"]').count():
                self._press('button[value="approve"]')
            self.test()
        for owner in (*QUEUES, *USERS):
            self.open_mailbox(owner)
            self.page.locator("#test:not([hx-get]) ol.rows").wait_for(timeout=90_000)

    def test(self) -> None:
        """Press *Test & Enable* on the mailbox that is open."""
        self._press('button[value="test"]')

    def switch(self) -> None:
        """Server-side synchronization instead of the router."""
        self.go("/settings/switch/")
        for box in self.page.locator('main input[type="checkbox"]').all():
            box.check()
        self._press("main form button.main")

    def wait_for_mail(self, count: int) -> None:
        """Until so many emails are listed."""
        self.look_until("/emails/", "main table.table tbody tr", count)

    def answer(self, text: str) -> None:
        """Answer the email that is open, and wait until the server has taken the answer."""
        self._press('form[action$="/reply/"] button')
        self.page.locator(".letter-page").click()
        self.page.keyboard.press("Control+Home")
        self.page.keyboard.type(text)
        self._press('button[value="send"]')
        path = self.page.url.removeprefix(self.demo.address)
        self.look_until(path, ".card header .state.good", 1)

    def mailbox(self, owner: str) -> str:
        """The path of the mailbox with this address."""
        self.go(f"/mailboxes/?q={owner}")
        return self._addresses('main a.title[href^="/mailboxes/"]')[0]

    def open_mailbox(self, owner: str) -> None:
        self.go(self.mailbox(owner))

    def look_until(self, path: str, selector: str, count: int) -> None:
        """Load a page again and again, until it shows so many of these."""
        for _ in range(LOOKS):
            self.go(path)
            if self.page.locator(selector).count() >= count:
                return
            self.page.wait_for_timeout(LOOK_MILLISECONDS)
        raise TimeoutError(f"{path} never showed {count} of {selector}")

    def _addresses(self, selector: str) -> list[str]:
        return [one.get_attribute("href") or "" for one in self.page.locator(selector).all()]

    def _press(self, selector: str) -> None:
        """Press a button that loads a page, and wait for it."""
        button: Locator = self.page.locator(selector).first
        with self.page.expect_navigation():
            button.click()
