"""docs/tracking.md and its French: what a person wrote, with the tables of the rules' own order.

Each table stands between two marks, and everything outside of them is kept as it is in the file.
"""

from collections.abc import Callable, Iterable, Mapping

from passerelle.tracking import REASONS, STEPS, Reason
from tools.manual.contents import ENGLISH, FRENCH
from tools.pages.wording import row, told
from tools.steps import ROOT

FILES = {ENGLISH: ROOT / "docs" / "tracking.md", FRENCH: ROOT / "docs" / "tracking.fr.md"}
MADE = {
    ENGLISH: "made from src/passerelle/tracking/ by python -m tools.pages",
    FRENCH: "produit depuis src/passerelle/tracking/ par python -m tools.pages",
}
STEPS_HEADINGS = {
    ENGLISH: ("step", "what is asked", "what comes of it", "reasons"),
    FRENCH: ("étape", "ce qui est demandé", "ce qui s’ensuit", "raisons"),
}
REASONS_HEADINGS = {
    ENGLISH: ("reason", "name in Dynamics 365", "what a page says"),
    FRENCH: ("raison", "nom dans Dynamics 365", "ce que dit une page"),
}
# `ReasonCode` of CheckIncomingEmail; numbers from 100 are of no other product.
FIRST_OF_OURS = 100


def tracking_page(language: str) -> str:
    """The page as the file holds it, with its tables made anew."""
    text = FILES[language].read_text(encoding="utf-8")
    for name, table in TABLES.items():
        text = _between(text, name, language, table(language))
    return text


def _between(text: str, name: str, language: str, lines: Iterable[str]) -> str:
    begin, end = f"<!-- {name}: {MADE[language]} -->", f"<!-- /{name} -->"
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    assert found, f"{FILES[language].name} has lost its mark: {begin}"
    assert closed, f"{FILES[language].name} has lost its mark: {end}"
    return "\n".join([before + begin, *lines, end + after])


def _steps(language: str) -> Iterable[str]:
    yield from _head(STEPS_HEADINGS[language])
    for number, step in enumerate(STEPS, 1):
        reasons = ", ".join(str(int(reason)) for reason in sorted(step.settles))
        yield row(str(number), told(step.asks, language), told(step.text, language), reasons)


def _reasons(language: str) -> Iterable[str]:
    yield from _head(REASONS_HEADINGS[language])
    for reason in sorted(Reason):
        theirs = int(reason) < FIRST_OF_OURS
        name = reason.name.title().replace("_", "") if theirs else ""
        yield row(str(int(reason)), name, told(REASONS[reason], language))


def _head(headings: tuple[str, ...]) -> list[str]:
    return [row(*headings), f"|{'---|' * len(headings)}"]


TABLES: Mapping[str, Callable[[str], Iterable[str]]] = {"steps": _steps, "reasons": _reasons}
