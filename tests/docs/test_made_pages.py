"""Pages of docs/ that are made from the source are as the source makes them now."""

import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest
from tools.manual.contents import ENGLISH, FRENCH, LANGUAGES
from tools.pages import PAGES
from tools.pages.alerts import alerts_page, faults
from tools.pages.commands import commands_page
from tools.pages.settings import settings_page
from typer.main import get_command

from passerelle.commands.app import app
from passerelle.configuration.config import Config

each_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.mark.parametrize(
    ("file", "made"), [pytest.param(file, made, id=file.name) for file, made in PAGES.items()]
)
def test_page_is_current(file: Path, made: Callable[[], str]) -> None:
    behind = f"{file.name} is behind; run: python -m tools.pages"
    assert file.read_text(encoding="utf-8") == made(), behind


@each_language
def test_every_setting_is_explained(language: str) -> None:
    page = settings_page(language)
    for setting in fields(Config):
        assert setting.metadata["text"], setting.name
        assert f"`PASSERELLE_{setting.name.upper()}`" in page


@each_language
def test_every_fault_has_its_place(language: str) -> None:
    page = alerts_page(language)
    assert faults()
    for code in faults():
        assert page.count(f"\n### {code}\n") == 1


@each_language
def test_every_command_has_its_place(language: str) -> None:
    headings = set(re.findall(r"(?m)^###? (.+)$", commands_page(language)))
    top = get_command(app)
    for name, command in top.commands.items():  # type: ignore[attr-defined]
        assert name in headings
        assert {f"{name} {inner}" for inner in getattr(command, "commands", {})} <= headings


def test_the_french_pages_are_in_french() -> None:
    """No text of theirs is the English one, but those that are the same in both."""
    for make in (settings_page, alerts_page, commands_page):
        rows = [set(make(language).splitlines()) for language in (ENGLISH, FRENCH)]
        shared = {line for line in rows[0] & rows[1] if line.count(" ") > 6}
        assert {line for line in shared if not line.startswith(("    ", "| `PASSERELLE_"))} == set()
