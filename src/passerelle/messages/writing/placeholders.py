"""Placeholders in templates and signatures: a closed list, filled in as text and never as markup.

`{recipient}` stands for a value; anything else between braces is no placeholder of ours, and is
named to whoever saves such a text, since a reader should never find `{recipent}` in a letter.
"""

import html
import re
from collections.abc import Mapping

from passerelle.messages.clean import clean_line
from passerelle.messages.writing.allowed_html import allowed_html
from passerelle.messages.writing.images import images_in

PLACEHOLDERS = (
    "recipient",
    "recipient_first_name",
    "recipient_email",
    "user",
    "user_email",
    "queue",
    "queue_email",
    "regarding",
    "today",
)
VALUE_CHARS = 300

_PLACEHOLDER = re.compile(r"\{ ?([A-Za-z_]{1,40}) ?\}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with each placeholder replaced; one without a value leaves nothing."""
    return _PLACEHOLDER.sub(lambda found: _value(found, values), text)


def fill_html(source: str, values: Mapping[str, str]) -> str:
    """Clean HTML with each placeholder replaced by escaped text, and cleaned anew with its images.

    A value may stand in the address of a link, where escaping alone does not make it harmless.
    """
    filled = _PLACEHOLDER.sub(lambda found: html.escape(_value(found, values)), source)
    return allowed_html(filled, {one: one for one in images_in(source)})


def unknown_placeholders(text: str) -> tuple[str, ...]:
    """What stands between braces like a placeholder and is none, each once."""
    names = (found[1] for found in _PLACEHOLDER.finditer(text))
    return tuple(dict.fromkeys(name for name in names if name.lower() not in PLACEHOLDERS))


def _value(found: re.Match[str], values: Mapping[str, str]) -> str:
    name = found[1].lower()
    if name not in PLACEHOLDERS:
        return found[0]
    return clean_line(values.get(name, ""), VALUE_CHARS)
