"""A subject without the marks that replies and forwards put before it; for display only."""

import re

MARKS_MAX = 20

# Re, Fwd and their forms in the languages of common clients, with counters as in Re[2].
_MARK = re.compile(
    r"\s{0,20}(?:re|r|ré|réf|ref|aw|antw|antwort|sv|vs|odp|rif|res|fw|fwd|tr|wg|vb|doorst|rv|enc|i|pd)"
    r"(?:\[\d{1,3}\]|\(\d{1,3}\))?[ \xa0]?[:：][ \xa0]{0,20}",
    re.IGNORECASE,
)


def plain_subject(subject: str) -> str:
    """The subject as its first writer wrote it; all of it when nothing else would be left."""
    rest = subject
    for _ in range(MARKS_MAX):
        match = _MARK.match(rest)
        if match is None:
            break
        rest = rest[match.end() :]
    return rest.strip() or subject.strip()
