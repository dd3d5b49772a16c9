"""Reads the three files of each router, as untrusted input, into one `RouterSet` a router.

All are read before anything is said, so that each bad file has its sentence beside its box. A set
is taken whole or not at all; nothing is written. Meaning is given by `format.py`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PureWindowsPath

from passerelle.faults.router import (
    NoProviders,
    RouterFault,
    RouterFileMissing,
    RouterFilesTooLarge,
    SameFileTwice,
    SameRouterTwice,
    WrongBox,
)
from passerelle.router.files.names import Names
from passerelle.router.files.parsing import Budget, Feed, parse
from passerelle.router.files.targets import (
    AgentTarget,
    KeyTarget,
    StateTarget,
    local_name,
    looks_like,
)
from passerelle.router.files.values import (
    Box,
    Notice,
    Provider,
    RouterFile,
    RouterSet,
    SetWarning,
    State,
)

TAG_CHARS = 12
ROUTERS = 4  # in one go, as the original page


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a set cannot be taken: at most one fault a box."""

    faults: Mapping[Box, RouterFault]


def read_sets(
    routers: Sequence[Mapping[Box, RouterFile]], names: Names
) -> tuple[RouterSet | Refusal, ...]:
    """Read the files of up to four routers, one result each. Raises nothing.

    The bound on the bytes is theirs together, and no router may be given twice.
    """
    budget = Budget()
    found: list[RouterSet | Refusal] = []
    numbers: dict[str, int] = {}
    for number, files in enumerate(routers[:ROUTERS], 1):
        one = read_set(files, names, budget)
        if isinstance(one, RouterSet) and (first := numbers.setdefault(one.tag, number)) != number:
            one = Refusal({Box.AGENT: SameRouterTwice(file=Box.AGENT.value, router=first)})
        found.append(one)
    return tuple(found)


def read_set(
    files: Mapping[Box, RouterFile], names: Names, budget: Budget | None = None
) -> RouterSet | Refusal:
    """Read the files of one router. Raises nothing: what is wrong is in the `Refusal`."""
    agent, state, key = AgentTarget(names), StateTarget(names), KeyTarget(names)
    budget = budget or Budget()
    faults: dict[Box, RouterFault] = {}
    digests: dict[bytes, Box] = {}
    for target in (agent, state, key):
        box = target.box
        file = files.get(box)
        if file is None:
            faults[box] = RouterFileMissing(file=box.value)
            continue
        feed = Feed(box, file, budget)
        try:
            parse(feed, target)
            _check_first(digests, feed)
            _check_box(box, file, looks_like(target.rows, names))
        except RouterFilesTooLarge as fault:
            faults[box] = fault
            break  # the next files would only say the same
        except RouterFault as fault:
            faults[box] = fault
    if not agent.providers and Box.AGENT not in faults:
        faults[Box.AGENT] = NoProviders(file=Box.AGENT.value)
    if faults:
        return Refusal(faults)
    tag = next(digest for digest, box in digests.items() if box is Box.AGENT).hex()
    return _set_of(agent, state, key, tag[:TAG_CHARS])


def _check_first(digests: dict[bytes, Box], feed: Feed) -> None:
    other = digests.setdefault(feed.digest.digest(), feed.box)
    if other is not feed.box:
        raise SameFileTwice(file=feed.box.value, other=other.value)


def _check_box(box: Box, file: RouterFile, looks: Box | None) -> None:
    """The content decides; where it tells nothing, the name that the file had."""
    if looks is None:
        name = PureWindowsPath(file.name).name.casefold()
        looks = next((one for one in Box if one.value.casefold() == name), None)
    if looks not in {None, box}:
        assert looks is not None
        raise WrongBox(file=box.value, other=looks.value)


def _set_of(agent: AgentTarget, state: StateTarget, key: KeyTarget, tag: str) -> RouterSet:
    states = tuple(state.states.values())
    notices: Counter[Notice] = agent.notices + state.notices
    if not states:
        notices[Notice.NO_STATES] += 1
    elif not _overlap(agent.providers, states):
        notices[Notice.DIFFERENT_ROUTERS] += 1
    return RouterSet(
        providers=tuple(agent.providers),
        states=states,
        tag=tag,
        unrecognised=agent.unrecognised() + state.unrecognised() + key.unrecognised(),
        unconfirmed=_unconfirmed(agent),
        warnings=tuple(SetWarning(notice, count) for notice, count in _in_order(notices)),
    )


def _in_order(notices: Counter[Notice]) -> list[tuple[Notice, int]]:
    """In the order of the enum, so that a page is stable."""
    return [(notice, notices[notice]) for notice in Notice if notices[notice]]


def _overlap(providers: list[Provider], states: tuple[State, ...]) -> bool:
    """Whether some user of the providers has a state; user names may be `DOMAIN\\name`."""
    users = {p.username.casefold() for p in providers if p.username}
    if not users:
        return True  # nothing to compare
    bare = {user.rpartition("\\")[2] for user in users if "@" not in user}
    addresses = {state.address.casefold() for state in states}
    return not users.isdisjoint(addresses) or any(
        address.partition("@")[0] in bare for address in addresses
    )


def _unconfirmed(agent: AgentTarget) -> tuple[str, ...]:
    table = agent.names.agent
    used = (local_name(tag) for tag, row in agent.rows.items() if row)
    return tuple(sorted(name for name in set(used) if not table.is_confirmed(name)))
