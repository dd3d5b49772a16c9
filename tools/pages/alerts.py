"""docs/alerts.md and its French: what alerts are, as a person wrote it, and the whole catalogue.

What stands above the mark is kept as it is in the file; what stands below it is made.
"""

import importlib
import pkgutil
from collections.abc import Mapping

import passerelle.faults
from passerelle.faults import Fault, Retry, catalogue
from tools.manual.contents import ENGLISH, FRENCH
from tools.pages.wording import told
from tools.steps import ROOT

FILES = {ENGLISH: ROOT / "docs" / "alerts.md", FRENCH: ROOT / "docs" / "alerts.fr.md"}
MARKS = {
    ENGLISH: "<!-- From here on: made from src/passerelle/faults/ by python -m tools.pages -->",
    FRENCH: "<!-- Dès ici, produit depuis src/passerelle/faults/ par python -m tools.pages -->",
}
HEADINGS = {ENGLISH: "## The catalogue", FRENCH: "## Le catalogue"}
INTRODUCTIONS = {
    ENGLISH: "Everything that can go wrong, as pages, alerts and the command line say it: cause, "
    "consequence and remedy. A code is never used for anything else. Names in braces are the "
    "facts of the case.",
    FRENCH: "Tout ce qui peut mal tourner, tel que le disent les pages, les alertes et la ligne de "
    "commande : la cause, la conséquence et le remède. Un code ne sert jamais à autre chose. Les "
    "noms entre accolades sont les faits du cas.",
}
RETRIES: Mapping[str, Mapping[Retry, str]] = {
    ENGLISH: {
        Retry.SOON: "It is tried again by itself, after growing gaps.",
        Retry.IN_TURN: "It is done as soon as its turn comes.",
        Retry.AFTER_CHANGE: "It is tried again when something was changed.",
        Retry.NEVER: "It is not tried again.",
    },
    FRENCH: {
        Retry.SOON: "Un nouvel essai a lieu de lui-même, à intervalles croissants.",
        Retry.IN_TURN: "C’est fait dès que son tour vient.",
        Retry.AFTER_CHANGE: "Un nouvel essai a lieu après une modification.",
        Retry.NEVER: "Il n’y a pas de nouvel essai.",
    },
}


def alerts_page(language: str) -> str:
    """The introduction that the file holds, and every fault by its code."""
    written, mark, _ = FILES[language].read_text(encoding="utf-8").partition(MARKS[language])
    assert mark, f"{FILES[language].name} has lost its mark: {MARKS[language]}"
    lines = [written + mark, HEADINGS[language], INTRODUCTIONS[language]]
    for code, fault in sorted(faults().items()):
        lines += ["", f"### {code}", _sentences(fault, language)]
    return "\n".join([*lines, ""])


def faults_page() -> str:
    """Where the catalogue stood before."""
    return "# Faults\n\nThe catalogue of faults is in [alerts.md](alerts.md#the-catalogue).\n"


def faults() -> Mapping[str, type[Fault]]:
    """Every fault, of every module."""
    for module in pkgutil.iter_modules(passerelle.faults.__path__):
        importlib.import_module(f"passerelle.faults.{module.name}")
    return catalogue()


def _sentences(fault: type[Fault], language: str) -> str:
    cause, consequence, remedy = (
        told(text, language) for text in (fault.cause, fault.consequence, fault.remedy)
    )
    return f"{cause} {consequence} **{remedy}** {RETRIES[language][fault.retry]}"
