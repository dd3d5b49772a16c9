"""A text of the source in the language of a page."""

from functools import cache

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from tools.manual.contents import FRENCH
from tools.texts import FRENCH as FRENCH_FILE


def told(text: str, language: str) -> str:
    """The text, translated; `tools.texts check` sees to it that no translation is missing."""
    if language != FRENCH:
        return text
    found = _catalogue().get(text)
    return str(found.string) if found and found.string else text


@cache
def _catalogue() -> Catalog:
    with FRENCH_FILE.open("rb") as stream:
        return read_po(stream, locale="fr")


def row(*cells: str) -> str:
    """A row of a table; what would end a cell is written so that it does not."""
    written = " | ".join(cell.replace("|", "\\|") for cell in cells)
    return f"| {written} |".replace("|  |", "| |")
