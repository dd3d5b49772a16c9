"""What files that were refused still say with certainty: whole providers, records, addresses.

Taken is what ended before the damage, and of a file that is damaged or means nothing each value
that is an email address and nothing else, whatever the element around it; a person says whose.
Nothing is raised, nothing of a password or of the key file is looked at.
"""

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from passerelle.faults.router import RouterFault
from passerelle.router.files.encoding import UnknownEncodingError, encoding_of
from passerelle.router.files.names import Names
from passerelle.router.files.parsing import Budget, Feed, parse
from passerelle.router.files.reading import ROUTERS
from passerelle.router.files.targets import RECIPIENTS, AgentTarget, StateTarget
from passerelle.router.files.values import Box, RouterFile, RouterSet, State

CARRIED = 600  # characters of one piece read again with the next: more than an address can have
_ADDRESS = re.compile(
    r"""[>"'](?:\s{0,100})([\w.!#$%&*+/=?^`{|}~-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8})"""
    r"""(?:\s{0,100})[<"']""",
    re.ASCII | re.IGNORECASE,
)


def salvage(routers: Sequence[Mapping[Box, RouterFile]], names: Names) -> tuple[RouterSet, ...]:
    """One set a router, with what could be read of it. Streams are read from their start again."""
    budget, again = Budget(), Budget()
    return tuple(_salvaged(files, names, budget, again) for files in routers[:ROUTERS])


def _salvaged(
    files: Mapping[Box, RouterFile], names: Names, budget: Budget, again: Budget
) -> RouterSet:
    agent, state = AgentTarget(names), StateTarget(names)
    addresses: dict[str, State] = {}
    for target in (agent, state):
        file = files.get(target.box)
        if file is None:
            continue
        if not _parsed(Feed(target.box, _rewound(file), budget), target):
            addresses |= _addresses(Feed(target.box, _rewound(file), again))
    return RouterSet(tuple(agent.providers), tuple({**addresses, **state.states}.values()))


def _parsed(feed: Feed, target: AgentTarget | StateTarget) -> bool:
    """Whether it was read to its end and meant something."""
    try:
        parse(feed, target)
    except RouterFault:
        return False
    return bool(target.providers if isinstance(target, AgentTarget) else target.states)


def _rewound(file: RouterFile) -> RouterFile:
    if not isinstance(file.content, bytes | Path):
        file.content.seek(0)
    return file


def _addresses(feed: Feed) -> dict[str, State]:
    """Each address that is a whole value, by its folded form."""
    found: dict[str, State] = {}
    with suppress(RouterFault):
        for text in _pieces(feed):
            for match in _ADDRESS.finditer(text):
                if len(found) >= RECIPIENTS:
                    return found
                found.setdefault(match[1].casefold(), State(match[1]))
    return found


def _pieces(feed: Feed) -> Iterator[str]:
    """The text piece by piece, each with the end of the one before; what is no text is passed."""
    decoder: codecs.IncrementalDecoder | None = None
    carried = ""
    for chunk in feed:
        decoder = decoder or codecs.getincrementaldecoder(_encoding(chunk))(errors="replace")
        text = carried + decoder.decode(chunk)
        yield text
        carried = text[-CARRIED:]


def _encoding(head: bytes) -> str:
    try:
        return encoding_of(head)
    except UnknownEncodingError:
        return "latin-1"
