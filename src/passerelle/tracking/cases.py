"""What a decision stood on, kept so that it can be decided again by other rules.

Kinds, keys and options: never an address, a name or a word of the message. What is settled before
a message's people are known, or by a person, no rule of an organization would settle otherwise,
and has no case. It is one short line, as there is one of it for nearly every message:
`contact 1 0 no 0 0 s1<key> q0<key>` is the sender's kind (`-` for none), the records with that
address, whether it answers, whether a machine wrote it, whether the sent copy is stored, which of
the takers is being read (-1 for none), then each taker by kind, option and key, the kind in
capitals where their own list keeps it out. Words stand last where they hold: `never` where the
organization's list keeps it out, `bounce` or `receipt` where it reports on an email sent from here.
"""

from uuid import UUID

from passerelle.messages import Automatic
from passerelle.tracking.values import Answering, Asked, Case, Filter, PartyKind, Reported

_NONE, _NEVER = "-", "never"
_LETTERS = {kind: kind.value[0] for kind in PartyKind}
_KINDS = {letter: kind for kind, letter in _LETTERS.items()}
_FACTS = 6  # before the takers
_REPORTS = {one.value: one for one in Reported if one is not Reported.NOTHING}
_LAST = frozenset({_NEVER, *_REPORTS})


def case_as_text(case: Case) -> str:
    """As a place keeps it."""
    reader = next((at for at, one in enumerate(case.takers) if one.id == case.reader), -1)
    takers = "".join(f" {_letter(one)}{one.filter:d}{one.id.hex}" for one in case.takers)
    sender = case.sender.value if case.sender is not None else _NONE
    facts = f"{case.answering:d} {case.automatic.value} {case.sent_copy:d} {reader}"
    holds = f"{' ' + _NEVER if case.never else ''} {case.reported.value}".rstrip()
    return f"{sender} {case.matches} {facts}{takers}{holds}"


def case_of_text(kept: object) -> Case | None:
    """A kept case; None where another version wrote what this one does not know."""
    if not isinstance(kept, str):
        return None
    words = kept.split()
    try:
        sender, matches, answering, automatic, sent_copy, reader = words[:_FACTS]
        named = words[_FACTS:]
        takers = tuple(_asked(word) for word in named if word not in _LAST)
        return Case(
            sender=PartyKind(sender) if sender != _NONE else None,
            matches=int(matches),
            answering=Answering(int(answering)),
            automatic=Automatic(automatic),
            sent_copy=bool(int(sent_copy)),
            takers=takers,
            reader=takers[int(reader)].id if int(reader) >= 0 else None,
            never=_NEVER in named,
            reported=next((_REPORTS[word] for word in named if word in _REPORTS), Reported.NOTHING),
        )
    except (KeyError, ValueError, IndexError):
        return None


def _letter(asked: Asked) -> str:
    letter = _LETTERS[asked.kind]
    return letter.upper() if asked.never else letter


def _asked(word: str) -> Asked:
    letter = word[0].lower()
    return Asked(UUID(word[2:]), _KINDS[letter], Filter(int(word[1])), letter != word[0])
