"""The marks that replies and forwards put before a subject, and the subject without them."""

import re
from functools import lru_cache

from passerelle.messages import fold
from passerelle.tracking.belonging.token import TokenFormat, without_tokens

MARKS_MAX = 20
COMPARED_CHARS = 200  # of a subject: servers and clients cut them at about 255

# Re and its forms in the languages of common clients.
_REPLY = "re|r|ré|réf|rép|ref|aw|antw|antwort|sv|odp|rif|res"
# Fwd and its forms. VS is a forward in Danish and Norwegian and a reply in Finnish: what may be a
# forward is taken for one, as a forward joins the wrong conversation and a reply only lacks one.
_FORWARD = "fw|fwd|tr|wg|vb|vs|vl|doorst|rv|enc|i|pd"


def _mark(words: str) -> re.Pattern[str]:
    """One of these words with its colon, and a counter as in Re[2]."""
    return re.compile(
        rf"\s{{0,20}}(?:{words})(?:\s?\[\d{{1,3}}\]|\(\d{{1,3}}\))?[ \xa0]?[:：][ \xa0]{{0,20}}",
        re.IGNORECASE,
    )


_REPLIES, _FORWARDS, _MARKS = _mark(_REPLY), _mark(_FORWARD), _mark(f"{_REPLY}|{_FORWARD}")


def is_reply(subject: str) -> bool:
    """Whether the first mark is that of a reply."""
    return _REPLIES.match(subject) is not None


def is_forward(subject: str) -> bool:
    """Whether the first mark is that of a forward."""
    return _FORWARDS.match(subject) is not None


def plain_subject(subject: str) -> str:
    """The subject as its first writer wrote it; all of it when nothing else would be left."""
    rest = subject
    for _ in range(MARKS_MAX):
        match = _MARKS.match(rest)
        if match is None:
            break
        rest = rest[match.end() :]
    return rest.strip() or subject.strip()


@lru_cache(maxsize=1_000)  # a conversation is one subject, asked for with each of its messages
def bare_subject(subject: str, forms: tuple[TokenFormat, ...]) -> str:
    """The subject as two are compared: without marks, tokens, case and accents."""
    for form in forms:
        subject = without_tokens(subject, form)
    words = fold(plain_subject(subject)).split()
    return " ".join(words)[:COMPARED_CHARS]
