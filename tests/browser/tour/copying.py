"""A backup of the running demonstration, restored elsewhere: a copy that rests."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser, expect
from tests.browser.conftest import PASSWORD, Person
from tests.browser.site import PATIENCE_SECONDS

from passerelle.demo.__main__ import environment
from passerelle.demo.mail_world.servers import wait_for_port
from passerelle.demo.world import HOST, World, free_port

COMMAND = [sys.executable, "-m", "passerelle"]


def restore_as_a_copy(person: Person, browser: Browser, folder: Path, language: str) -> None:
    file, home = folder / "demo.backup", folder / "copy"
    original = World(person.demo.folder)
    names = environment(original, os.environ)
    subprocess.run([*COMMAND, "backup", str(file)], env={**os.environ, **names}, check=True)
    home.mkdir()
    shutil.copy(original.home / "passerelle.key", home)
    port = free_port(0, set())
    names |= {"PASSERELLE_HOME": str(home), "PASSERELLE_LISTEN": f"{HOST}:{port}"}
    subprocess.run([*COMMAND, "restore", str(file)], env={**os.environ, **names}, check=True)
    with _running(names, folder / "copy.log", port):
        _look(person, browser, f"http://{HOST}:{port}", language)


def _look(person: Person, browser: Browser, address: str, language: str) -> None:
    context = browser.new_context(base_url=address, locale=language)
    try:
        context.set_default_timeout(PATIENCE_SECONDS * 1000)
        page = context.new_page()
        there = Person(page, replace(person.demo, address=address))
        there.open("/sign-in/")
        page.fill("#id_username", "camille")
        page.fill("#id_password", PASSWORD)
        there.press("form button.main")
        banner = page.locator("#copy-banner")
        expect(banner).to_be_visible()
        there.open("/emails/")
        there.wait_on("a.title")
        there.open("/mailboxes/?enabled=yes")
        page.locator("main a.title").first.click()
        page.locator('main button[value="sync"]').click()
        expect(banner).to_be_visible()
        there.open("/health/")
        expect(page.locator("main")).to_contain_text("PSR-UPK-001")
    finally:
        context.close()


@contextmanager
def _running(names: dict[str, str], log: Path, port: int) -> Iterator[None]:
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [*COMMAND, "run"],
            env={**os.environ, **names},
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
        )
    try:
        wait_for_port(port, process)
        yield
    finally:
        process.terminate()
        process.wait()
