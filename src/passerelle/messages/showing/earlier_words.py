"""By which words and lines mail programs begin the earlier messages that an answer drags along.

No standard has them (RFC 3676 names only `>`): each program writes its own line, in the language
of its user. Those of the languages that customers of a French or English house write are here.
"""

import re
from collections.abc import Sequence

LINE_CHARS = 300  # of one line; what introduces is shorter
BLOCK_LINES = 12  # in which a header block names its fields: a list of recipients takes several
INTRODUCTION_LINES = 4  # over which a program breaks the line that introduces

_PLAIN = str.maketrans({"\xa0": " ", "\u202f": " ", "’": "'", "：": ":"})
_ORIGINAL = re.compile(
    r"[-_]{2,} ?(?:original (?:message|appointment)|message (?:d'origine|original|initial)|"
    r"rendez-vous d'origine|ursprüngliche nachricht|mensaje original|mensagem original|"
    r"messaggio originale|oorspronkelijk bericht) ?[-_]{2,}"
)
_FORWARDED = re.compile(
    r"[-_]* ?(?:(?:begin )?forwarded message|(?:début du )?message (?:transféré|réexpédié)|"
    r"(?:anfang der )?weitergeleiteten? (?:nachricht|e-mail)|mensaje reenviado|"
    r"(?:inizio )?messaggio inoltrato|(?:begin )?doorgestuurd bericht|mensagem encaminhada)"
    r" ?:? ?[-_]*"
)
_WROTE = re.compile(
    r"\b(?:wrote|a écrit|schrieb|escribió|ha scritto|schreef|escreveu)\b", re.IGNORECASE
)
_BEGINS = re.compile(r"(?:on|le|am|el|il|op|em|no dia) ", re.IGNORECASE)
_SENTENCE_END = (".", "!", "?", "…")
_RULE_SIGNS = frozenset("-_=*—–")
_RULE = re.compile(r"[-_=*—–]{5,}")
_LABEL = re.compile(r"([^\W\d_][\w' -]{0,20}?) ?:(?!/)")
_FROM = frozenset({"from", "de", "von", "da", "van"})
_SENT = frozenset(
    {
        *("sent", "date", "envoyé", "envoyé le", "envoyée", "date d'envoi", "gesendet", "datum"),
        *("enviado", "enviado el", "enviada em", "fecha", "inviato", "data", "verzonden"),
    }
)
_SUBJECT = frozenset(
    {"subject", "objet", "sujet", "betreff", "asunto", "oggetto", "onderwerp", "assunto"}
)


def plain(line: str) -> str:
    """A line as it is compared: one kind of space and apostrophe, without marks of bold type."""
    return line[:LINE_CHARS].translate(_PLAIN).replace("*", "").strip()


def is_rule(line: str) -> bool:
    """A line that is drawn across the page."""
    return line[:1] in _RULE_SIGNS and _RULE.fullmatch(line) is not None


def says_original(line: str) -> bool:
    """`-----Original Message-----` and its translations."""
    return line.startswith(("-", "_")) and _ORIGINAL.fullmatch(line.lower()) is not None


def says_forwarded(line: str) -> bool:
    """`---------- Forwarded message ---------` and its translations."""
    return _FORWARDED.fullmatch(line.lower()) is not None


def is_header_block(lines: Sequence[str]) -> bool:
    """Whether the lines begin by the sender, the time and the subject of another message.

    All three are asked for: who writes of a journey has lines that begin by From and To.
    """
    if _label(lines[0]) not in _FROM:
        return False
    labels = {_label(line) for line in lines[1:BLOCK_LINES]}
    return not labels.isdisjoint(_SENT) and not labels.isdisjoint(_SUBJECT)


def introduces(line: str) -> bool:
    """Whether the line may introduce a quotation that follows: somebody wrote, at some time."""
    if not line.endswith(":"):
        return says_original(line)
    return _WROTE.search(line) is not None or ("@" in line and _has_digit(line))


def introduces_surely(line: str) -> bool:
    """Whether what follows is another message even where nothing marks its lines."""
    if not (line.endswith(":") and "@" in line and _has_digit(line)):
        return False
    return _WROTE.search(line) is not None and _BEGINS.match(line) is not None


def introduction(lines: Sequence[str]) -> int:
    """How many of the last lines introduce what follows, whatever they break over; 0 for none.

    A line that ends a sentence is no part of it.
    """
    for count in range(1, min(INTRODUCTION_LINES, len(lines)) + 1):
        first = lines[-count]
        if not first or (count > 1 and first.endswith(_SENTENCE_END)):
            break
        joined = " ".join(lines[-count:])
        if introduces(joined) and _BEGINS.match(joined) and (count == 1 or _has_digit(joined)):
            return count
    return 1 if lines and introduces(lines[-1]) else 0


def _label(line: str) -> str:
    match = _LABEL.match(line)
    return match[1].lower() if match else ""


def _has_digit(line: str) -> bool:
    return any(character.isdigit() for character in line)
