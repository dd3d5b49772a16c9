"""The router's files of the demonstration, read back by the migration's own reader."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from passerelle.demo.router_files import (
    CUSTOM_CLASS,
    EXCHANGE_CLASS,
    HOUSES,
    OLD_GUIDS,
    WEBDAV_CLASS,
    House,
    write_router_files,
)
from passerelle.demo.staff import (
    CUSTOM_USERS,
    EVERYBODY,
    EXCHANGE_QUEUES,
    EXCHANGE_USERS,
    FITTERS,
    FORWARD_MAILBOX,
    MISSPELT,
    MISSPELT_ADDRESS,
    MOVED,
    QUEUES,
    USERS,
    WEBDAV_USERS,
)
from passerelle.demo.world import Ports, World
from passerelle.router.files.format import LEAVE, QuestionKind, RouterFormat
from passerelle.router.files.merged import Outcome
from passerelle.router.files.merging import Merge, merge
from passerelle.router.files.names import load_names
from passerelle.router.files.reading import read_set
from passerelle.router.files.values import Box, Direction, RouterFile, RouterSet

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PORTS = Ports(imap=40143, pop3=40110, smtp=40025, relay=40026, web=8025)
MEANT = {
    EXCHANGE_CLASS: "exchange-2010",
    WEBDAV_CLASS: "exchange-2007-webdav",
    CUSTOM_CLASS: "custom",
}


@pytest.fixture
def sets(tmp_path: Path) -> list[RouterSet]:
    world = World(tmp_path / "demo-world")
    world.make()
    write_router_files(world, PORTS, NOON)
    return [_read(world, house) for house in HOUSES]


def _read(world: World, house: House) -> RouterSet:
    folder = world.router / house.name
    chosen = {box: RouterFile(box.value, folder / box.value) for box in Box}
    read = read_set(chosen, load_names(None))
    assert isinstance(read, RouterSet)
    return read


def merged(sets: list[RouterSet], answers: dict[str, str]) -> Merge:
    return merge(sets, RouterFormat(load_names(None), answers))


def answered(sets: list[RouterSet]) -> Merge:
    """Every class told, then the first answer to whatever is asked because of it."""
    meant = {name.rpartition(".")[2]: choice for name, choice in MEANT.items()}
    questions = merged(sets, {}).questions
    answers = {one.key: meant[one.value] for one in questions if one.value in meant}
    for one in merged(sets, answers).questions:
        answers.setdefault(one.key, one.options[0][0])
    assert LEAVE not in answers.values()
    return merged(sets, answers)


def test_everybody_who_is_not_on_the_road_is_read_by_a_router(sets: list[RouterSet]) -> None:
    reading = [p for one in sets for p in one.providers if len(p.users) + len(p.queues) == 1]
    people = {guid for p in reading for guid in p.users}
    expected = {user.guid for user in USERS if user not in {*FITTERS, MISSPELT}}
    assert people == expected | set(OLD_GUIDS.values())
    assert {guid for p in reading for guid in p.queues} == {desk.guid for desk in QUEUES}
    assert all(one.unrecognised == () and one.warnings == () for one in sets)


def test_everybody_sends_by_one_of_them(sets: list[RouterSet]) -> None:
    sending = {guid for one in sets for p in one.providers if len(p.users) > 5 for guid in p.users}
    assert {user.guid for user in USERS if user != MISSPELT} <= sending


def test_times_are_those_of_each_mailbox(sets: list[RouterSet]) -> None:
    states = [state for one in sets for state in one.states]
    assert len({state.threshold for state in states}) > 5
    assert all(one.threshold is not None and one.threshold < NOON for one in states)
    assert {state.error for state in states if state.error} == {house.error for house in HOUSES}


def test_three_classes_and_one_who_moved_are_asked_about(sets: list[RouterSet]) -> None:
    questions = merged(sets, {}).questions
    asked = {one.value: one.count for one in questions if one.kind is QuestionKind.SERVER_TYPE}
    assert asked == {
        EXCHANGE_CLASS.rpartition(".")[2]: len(EXCHANGE_USERS) + len(EXCHANGE_QUEUES) + 1,
        WEBDAV_CLASS.rpartition(".")[2]: len(WEBDAV_USERS),
        CUSTOM_CLASS.rpartition(".")[2]: len(CUSTOM_USERS),
    }
    assert len(questions) == len(asked) + 1


def test_equal_settings_of_both_houses_are_one_profile(sets: list[RouterSet]) -> None:
    profiles = [one for one in answered(sets).profiles if one.outcome is Outcome.MERGED]
    assert sorted(len(one.recipients) for one in profiles) == [7, 11, 41]


def test_webdav_and_what_nobody_uses_become_nothing_by_themselves(sets: list[RouterSet]) -> None:
    outcomes = [one.outcome for one in answered(sets).profiles]
    assert outcomes.count(Outcome.NO_RECIPIENTS) == 2
    assert Outcome.NOT_MIGRATED in outcomes
    assert Outcome.CUSTOM in outcomes


def test_the_forward_mailbox_is_an_account_of_nobody_that_paris_reads(
    sets: list[RouterSet],
) -> None:
    (found,) = (one for one in answered(sets).unassigned if one.username in FORWARD_MAILBOX.address)
    assert found.direction is Direction.INCOMING
    assert FORWARD_MAILBOX.address in {state.address for state in sets[0].states}


def test_the_misspelt_one_is_nobody_here(sets: list[RouterSet]) -> None:
    assert MISSPELT_ADDRESS not in {one.address for one in EVERYBODY}
    assert MOVED.guid not in OLD_GUIDS.values()
