"""Pages of docs/ that are made from the source are as the source makes them now."""

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest
from tools.pages import PAGES, faults_page, settings_page

from passerelle.configuration.config import Config
from passerelle.faults import catalogue


@pytest.mark.parametrize(
    ("file", "made"), [pytest.param(file, made, id=file.name) for file, made in PAGES.items()]
)
def test_page_is_current(file: Path, made: Callable[[], str]) -> None:
    behind = f"{file.name} is behind; run: python -m tools.pages"
    assert file.read_text(encoding="utf-8") == made(), behind


def test_every_setting_is_explained() -> None:
    page = settings_page()
    for setting in fields(Config):
        assert setting.metadata["text"], setting.name
        assert f"`PASSERELLE_{setting.name.upper()}`" in page


def test_every_fault_has_its_place() -> None:
    page = faults_page()  # imports every module of faults
    assert catalogue()
    for code in catalogue():
        assert page.count(f"\n## {code}\n") == 1
