"""Which declarations of a `style` attribute may stay: those that colour, set and place text.

Nothing that names an address, leaves its box, covers the page or is spelled so that two readers
understand it differently: a declaration that is not plainly harmless is left out.
"""

import re

STYLE_CHARS = 4_000
PROPERTIES = frozenset({
    "background", "background-color", "border", "border-bottom", "border-bottom-color",
    "border-bottom-style", "border-bottom-width", "border-collapse", "border-color",
    "border-left", "border-left-color", "border-left-style", "border-left-width",
    "border-radius", "border-right", "border-right-color", "border-right-style",
    "border-right-width", "border-spacing", "border-style", "border-top",
    "border-top-color", "border-top-style", "border-top-width", "border-width",
    "caption-side", "clear", "color", "direction", "display", "empty-cells", "float",
    "font", "font-family", "font-size", "font-style", "font-variant", "font-weight",
    "height", "letter-spacing", "line-height", "list-style-type", "margin", "margin-bottom",
    "margin-left", "margin-right", "margin-top", "max-height", "max-width", "min-height",
    "min-width", "padding", "padding-bottom", "padding-left", "padding-right",
    "padding-top", "table-layout", "text-align", "text-decoration", "text-indent",
    "text-transform", "unicode-bidi", "vertical-align", "white-space", "width",
    "word-break", "word-spacing", "word-wrap", "overflow-wrap",
})  # fmt: skip
VALUE_CHARS = 500
# No two parts of these can take the same characters, nor does one begin within a name: a letter
# may hold what takes any other pattern minutes.
_DECLARATION = re.compile(r"([a-z-]{1,40})\s*:([^{}<>\\@;]+)", re.IGNORECASE)
_FUNCTION = re.compile(r"(?<![a-z0-9_-])([a-z0-9_-]*)\(", re.IGNORECASE)
_HARMLESS_FUNCTIONS = frozenset({"rgb", "rgba", "hsl", "hsla", "calc"})


def harmless(style: str) -> str:
    """The declarations that may stay, in their order; "" when none does."""
    kept = (_kept(part) for part in style[:STYLE_CHARS].split(";"))
    return ";".join(part for part in kept if part)


def _kept(declaration: str) -> str:
    match = _DECLARATION.fullmatch(declaration.strip())
    if match is None or match[1].lower() not in PROPERTIES:
        return ""
    name, value = match[1].lower(), match[2].strip()
    if not 0 < len(value) <= VALUE_CHARS:
        return ""
    functions = {function.lower() for function in _FUNCTION.findall(value)}
    if not functions <= _HARMLESS_FUNCTIONS or "/*" in value:
        return ""
    return f"{name}:{value}"
