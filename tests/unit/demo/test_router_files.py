"""The router's files of the demonstration, read back by the migration's own reader."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from passerelle.demo.company import EXCHANGE_USERS, QUEUES, USERS
from passerelle.demo.router_files import EXCHANGE_CLASS, write_router_files
from passerelle.demo.world import Ports, World
from passerelle.router.files.format import RouterFormat
from passerelle.router.files.merged import Outcome
from passerelle.router.files.merging import Merge, merge
from passerelle.router.files.names import load_names
from passerelle.router.files.reading import read_set
from passerelle.router.files.values import Box, RouterFile, RouterSet

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PORTS = Ports(imap=40143, pop3=40110, smtp=40025, web=8025)


@pytest.fixture
def files(tmp_path: Path) -> RouterSet:
    world = World(tmp_path / "demo-world")
    world.make()
    write_router_files(world, PORTS, NOON)
    chosen = {box: RouterFile(box.value, world.router / box.value) for box in Box}
    read = read_set(chosen, load_names(None))
    assert isinstance(read, RouterSet)
    return read


def merged(files: RouterSet, answers: dict[str, str]) -> Merge:
    return merge([files], RouterFormat(load_names(None), answers))


def test_every_user_and_queue_is_served_both_ways(files: RouterSet) -> None:
    incoming = [provider for provider in files.providers if len(provider.users) < 2]
    assert {guid for p in incoming for guid in p.users} == {user.guid for user in USERS}
    assert {guid for p in incoming for guid in p.queues} == {desk.guid for desk in QUEUES}
    assert len(files.states) == len(USERS) + len(QUEUES)
    assert files.unrecognised == ()
    assert files.warnings == ()


def test_times_are_those_of_each_mailbox(files: RouterSet) -> None:
    thresholds = {state.threshold for state in files.states}
    assert len(thresholds) > 5
    assert all(moment is not None and moment < NOON for moment in thresholds)


def test_the_unknown_provider_is_asked_about_once(files: RouterSet) -> None:
    (server, *rest) = merged(files, {}).questions
    assert server.value == EXCHANGE_CLASS.rpartition(".")[2]
    assert server.count == len(EXCHANGE_USERS)
    assert rest == []


def test_three_profiles_come_of_it(files: RouterSet) -> None:
    (question,) = merged(files, {}).questions
    profiles = merged(files, {question.key: "exchange-2010"}).profiles
    assert {profile.outcome for profile in profiles} == {Outcome.MERGED}
    assert sorted(len(profile.recipients) for profile in profiles) == [3, 3, 9]
