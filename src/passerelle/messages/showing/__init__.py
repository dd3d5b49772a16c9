"""Mail made fit to be looked at: HTML that can do nothing, headers that can be read."""

from passerelle.messages.showing.authentication import Check, Checks, Method, Verdict, checks_of
from passerelle.messages.showing.dangers import Danger, dangers
from passerelle.messages.showing.earlier import Folded, fold_text
from passerelle.messages.showing.fields import Field, header_fields
from passerelle.messages.showing.letter import Letter, letter_of
from passerelle.messages.showing.sanitising import Shown, sanitise

__all__ = [
    "Check",
    "Checks",
    "Danger",
    "Field",
    "Folded",
    "Letter",
    "Method",
    "Shown",
    "Verdict",
    "checks_of",
    "dangers",
    "fold_text",
    "header_fields",
    "letter_of",
    "sanitise",
]
