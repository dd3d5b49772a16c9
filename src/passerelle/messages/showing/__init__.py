"""Mail made fit to be looked at: HTML that can do nothing, headers that can be read."""

from passerelle.messages.showing.authentication import Check, Checks, Method, Verdict, checks_of
from passerelle.messages.showing.dangers import Danger, dangers
from passerelle.messages.showing.earlier import Folded, fold_text
from passerelle.messages.showing.fields import Field, header_fields
from passerelle.messages.showing.letter import (
    PICTURE_BYTES,
    PICTURES_BYTES,
    Letter,
    letter_of,
    written_letter,
)
from passerelle.messages.showing.sanitising import Shown, sanitise

__all__ = [
    "PICTURES_BYTES",
    "PICTURE_BYTES",
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
    "written_letter",
]
