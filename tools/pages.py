"""`python -m tools.pages`: writes the pages of docs/ that are made from the source.

docs/settings.md from the settings, docs/faults.md from the catalogue of faults in both languages,
docs/logs.md from the catalogue of the log's events.
tests/docs/test_made_pages.py fails when one of them is behind.
"""

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

import passerelle.faults
from passerelle.configuration.config import FILE_NAME, PREFIX, Config
from passerelle.faults import Fault, Retry, catalogue
from passerelle.site.events import EVENTS
from tools.steps import ROOT
from tools.texts import FRENCH

RETRIES = {
    Retry.SOON: (
        "It is tried again by itself, after growing gaps.",
        "Un nouvel essai a lieu de lui-même, à intervalles croissants.",
    ),
    Retry.IN_TURN: (
        "It is done as soon as its turn comes.",
        "C’est fait dès que son tour vient.",
    ),
    Retry.AFTER_CHANGE: (
        "It is tried again when something was changed.",
        "Un nouvel essai a lieu après une modification.",
    ),
    Retry.NEVER: ("It is not tried again.", "Il n’y a pas de nouvel essai."),
}


SETTINGS_INTRODUCTION = (
    f"A setting is read once, at start: from the environment, else from `{FILE_NAME}` in the home "
    "folder, else it is the default. What cannot be understood stops the start and is named, with "
    "what is expected. How email is processed is none of these: it is on the page *System "
    "Settings*."
)
FAULTS_INTRODUCTION = (
    "What can go wrong, as pages, alerts and the command line say it: cause, consequence and "
    "remedy. A code is never used for anything else. Names in braces are the facts of the case."
)

LOGS_INTRODUCTION = (
    "Events that Passerelle writes to standard error, one a line: a time in UTC, a level, a name "
    "and fields. With `log_format` = `json` each line is one JSON value. Records are named by "
    "their keys; no line holds a subject, a text or a secret, and addresses are masked. At the "
    "level error a person must act; a warning is worth a look when it comes again."
)


def settings_page() -> str:
    """Every setting, by the name that it has in the environment and in the file."""
    return "\n".join(
        [
            "# Settings",
            "",
            "*Made from `src/passerelle/configuration/config.py` by `python -m tools.pages`.*",
            "",
            SETTINGS_INTRODUCTION,
            "",
            "| environment | file | default | what it is |",
            "|---|---|---|---|",
            *_rows(),
            "",
            "The file is TOML, as:",
            "",
            '    listen = "127.0.0.1:8025"',
            '    language = "fr"',
            "    workers = 2",
            "",
        ]
    )


def _rows() -> Iterator[str]:
    for setting in fields(Config):
        name = "" if setting.name == "home" else f"`{setting.name}`"
        default = str(setting.default).lower() if setting.default is False else setting.default
        shown = f"`{default}`" if str(default) else "empty"
        environment = f"`{PREFIX}{setting.name.upper()}`"
        yield f"| {environment} | {name} | {shown} | {setting.metadata['text']} |"


def faults_page() -> str:
    """Every fault, by its code, in both languages."""
    with FRENCH.open("rb") as stream:
        french = read_po(stream, locale="fr")
    lines = [
        "# Faults",
        "",
        "*Made from `src/passerelle/faults/` by `python -m tools.pages`.*",
        "",
        FAULTS_INTRODUCTION,
    ]
    for code, fault in sorted(_faults().items()):
        lines += ["", f"## {code}", "", *_told(fault, french)]
    return "\n".join([*lines, ""])


def _faults() -> Mapping[str, type[Fault]]:
    for module in pkgutil.iter_modules(passerelle.faults.__path__):
        importlib.import_module(f"passerelle.faults.{module.name}")
    return catalogue()


def _told(fault: type[Fault], french: Catalog) -> Iterator[str]:
    english_retry, french_retry = RETRIES[fault.retry]
    texts = (fault.cause, fault.consequence, fault.remedy)
    yield f"{_sentence(*texts)} {english_retry}"
    yield ""
    yield f"{_sentence(*(_in(french, text) for text in texts))} {french_retry}"


def _sentence(cause: str, consequence: str, remedy: str) -> str:
    return f"{cause} {consequence} **{remedy}**"


def _in(language: Catalog, text: str) -> str:
    found = language.get(text)
    return str(found.string) if found and found.string else text


def logs_page() -> str:
    """Every event of the log, with its level and its meaning."""
    rows = [
        f"| `{name}` | {event.level} | {event.meaning} |" for name, event in sorted(EVENTS.items())
    ]
    return "\n".join(
        [
            "# Logs",
            "",
            "*Made from `src/passerelle/site/events.py` by `python -m tools.pages`.*",
            "",
            LOGS_INTRODUCTION,
            "",
            "| event | level | meaning |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


PAGES: Mapping[Path, Callable[[], str]] = {
    ROOT / "docs" / "settings.md": settings_page,
    ROOT / "docs" / "faults.md": faults_page,
    ROOT / "docs" / "logs.md": logs_page,
}


def main() -> int:
    for file, made in PAGES.items():
        file.write_text(made(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
