import socket
from pathlib import Path

import pytest

from passerelle.demo.world import HOST, NotADemonstration, World, free_port


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path / "demo-world")
    made.make()
    return made


def test_ports_are_kept_between_starts(world: World) -> None:
    before, first = world.choose_ports()
    again, second = world.choose_ports()
    assert before is None
    assert again == first == second


def test_a_port_that_was_taken_meanwhile_is_chosen_anew(world: World) -> None:
    _, first = world.choose_ports()
    with socket.socket() as squatter:
        squatter.bind((HOST, first.pop3))
        squatter.listen()
        before, second = world.choose_ports()
    assert before == first
    assert second.pop3 != first.pop3
    assert second.imap == first.imap


def test_a_damaged_file_of_ports_is_forgotten(world: World) -> None:
    world.ports_file.write_text('{"imap": "many"}', encoding="utf-8")
    assert world.choose_ports()[0] is None


def test_no_port_is_given_twice() -> None:
    first = free_port(0, set())
    assert free_port(first, {first}) != first


def test_a_world_that_was_left_half_made_is_made_anew(world: World) -> None:
    (world.mail / "half").mkdir()
    world.make()
    assert list(world.mail.iterdir()) == []


def test_a_finished_world_goes_on(world: World) -> None:
    (world.mail / "kept").mkdir()
    world.seeded.touch()
    world.make()
    assert (world.mail / "kept").exists()


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters").touch()
    with pytest.raises(NotADemonstration):
        World(tmp_path).empty()
    assert (tmp_path / "letters").exists()


def test_starting_over_leaves_an_empty_folder(world: World) -> None:
    (world.mail / "box").mkdir()
    world.seeded.touch()
    world.empty()
    assert list(world.folder.iterdir()) == []
    world.make()
    assert world.mark.exists()
