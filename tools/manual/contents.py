"""What stands where in the site: the sections, their pages, and which of them are in French, too.

A page for those who use or run Passerelle has a twin in French, `waves.fr.md` beside `waves.md`;
the pages for those who carry it on are in English alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tools.steps import ROOT

ENGLISH, FRENCH = LANGUAGES = ("en", "fr")
FRENCH_PAGE = ".fr.md"
# Pages of the root that the site has, too; on the code host they are where people look for them.
FROM_THE_ROOT = ("UPGRADING.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")


@dataclass(frozen=True, slots=True)
class Section:
    """Pages that a reader looks for together, by their English file names."""

    titles: Mapping[str, str]
    pages: tuple[str, ...]
    in_both: bool = True


WORK = (
    "profiles.md",
    "tracking.md",
    "queue-items.md",
    "forward-mailboxes.md",
    "writing.md",
    "sign-in.md",
)


def decisions() -> tuple[str, ...]:
    """The records of decisions, oldest first."""
    return tuple(f"decisions/{file.name}" for file in sorted((ROOT / "docs/decisions").iterdir()))


def sections() -> tuple[Section, ...]:
    """All of them, in the order of reading."""
    return (
        Section(
            {ENGLISH: "Begin", FRENCH: "Commencer"},
            ("index.md", "first-steps.md"),
        ),
        Section(
            {ENGLISH: "Take over", FRENCH: "Prendre la suite"},
            ("importing.md", "migration.md", "waves.md"),
        ),
        Section(
            {ENGLISH: "Work", FRENCH: "Travailler"},
            WORK,
        ),
        Section(
            {ENGLISH: "Run", FRENCH: "Exploiter"},
            ("operating.md", "security.md"),
        ),
        Section(
            {ENGLISH: "Look up", FRENCH: "Consulter"},
            ("alerts.md", "settings.md", "commands.md"),
        ),
        Section(
            {ENGLISH: "Carry it on", FRENCH: "Contribuer (en anglais)"},
            (
                "UPGRADING.md",
                "CHANGELOG.md",
                "SECURITY.md",
                "CONTRIBUTING.md",
                "architecture.md",
                "glossary.md",
                "dependencies.md",
                "performance.md",
                "logs.md",
                *decisions(),
            ),
            in_both=False,
        ),
    )


def french_of(page: str) -> str:
    """The file name of a page's French twin."""
    return page.removesuffix(".md") + FRENCH_PAGE


def language_of(page: str) -> str:
    """In which language a page is, by its file name."""
    return FRENCH if page.endswith(FRENCH_PAGE) else ENGLISH


def all_pages() -> list[str]:
    """Every page of the site, each once."""
    return [
        name
        for section in sections()
        for page in section.pages
        for name in ([page, french_of(page)] if section.in_both else [page])
    ]
