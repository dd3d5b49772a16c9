"""The pages of docs/ that are made from the source: what each is made of, and how.

tests/docs/test_made_pages.py fails when one of them is behind.
"""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from tools.manual.contents import ENGLISH, FRENCH
from tools.pages.alerts import alerts_page, faults_page
from tools.pages.commands import commands_page
from tools.pages.logs import logs_page
from tools.pages.settings import settings_page
from tools.pages.tracking import tracking_page
from tools.steps import ROOT

DOCS = ROOT / "docs"
PAGES: Mapping[Path, Callable[[], str]] = {
    DOCS / "settings.md": partial(settings_page, ENGLISH),
    DOCS / "settings.fr.md": partial(settings_page, FRENCH),
    DOCS / "alerts.md": partial(alerts_page, ENGLISH),
    DOCS / "alerts.fr.md": partial(alerts_page, FRENCH),
    DOCS / "faults.md": faults_page,
    DOCS / "commands.md": partial(commands_page, ENGLISH),
    DOCS / "commands.fr.md": partial(commands_page, FRENCH),
    DOCS / "logs.md": logs_page,
    DOCS / "tracking.md": partial(tracking_page, ENGLISH),
    DOCS / "tracking.fr.md": partial(tracking_page, FRENCH),
}

__all__ = ["PAGES"]
