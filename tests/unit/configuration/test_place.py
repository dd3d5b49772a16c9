"""Where an installation is: what is the same place, and what is a copy's."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from passerelle.configuration import Config, place_of_home
from passerelle.configuration.place import machine_id
from passerelle.faults.settings import HomeNotWritable


def config_of(home: Path) -> Config:
    home.mkdir(exist_ok=True)
    return replace(Config(), home=home)


def test_a_restart_is_the_same_place(tmp_path: Path) -> None:
    config = config_of(tmp_path / "home")
    assert place_of_home(config, "m1") == place_of_home(config, "m1")


def test_a_copied_folder_is_another_place_on_the_same_machine(tmp_path: Path) -> None:
    config = config_of(tmp_path / "home")
    original = place_of_home(config, "m1")
    shutil.copytree(tmp_path / "home", tmp_path / "copy")
    assert place_of_home(config_of(tmp_path / "copy"), "m1") != original
    assert place_of_home(config, "m1") == original


def test_a_renamed_folder_is_the_same_place(tmp_path: Path) -> None:
    original = place_of_home(config_of(tmp_path / "home"), "m1")
    (tmp_path / "home").rename(tmp_path / "moved")
    assert place_of_home(config_of(tmp_path / "moved"), "m1") == original


def test_a_cloned_machine_with_an_id_of_its_own_is_another_place(tmp_path: Path) -> None:
    config = config_of(tmp_path / "home")
    assert place_of_home(config, "m1") != place_of_home(config, "m2")


def test_a_name_in_the_settings_decides_alone(tmp_path: Path) -> None:
    here = replace(config_of(tmp_path / "a"), place="production")
    there = replace(config_of(tmp_path / "b"), place="production")
    assert place_of_home(here) == place_of_home(there) == "name:production"
    assert list((tmp_path / "a").iterdir()) == []


def test_the_file_is_private_and_whole(tmp_path: Path) -> None:
    config = config_of(tmp_path / "home")
    place_of_home(config)
    assert [file.name for file in config.home.iterdir()] == ["passerelle.place"]
    assert (config.home / "passerelle.place").stat().st_mode & 0o777 == 0o600


def test_a_home_that_is_no_folder_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(HomeNotWritable):
        place_of_home(replace(Config(), home=tmp_path / "file"))


def test_the_machines_id_is_not_told_itself(tmp_path: Path) -> None:
    file = tmp_path / "machine-id"
    file.write_text("0123456789abcdef0123456789abcdef\n")
    told = machine_id(file, (), {})
    assert told
    assert told not in file.read_text()
    assert machine_id(file, (), {}) == told


@pytest.mark.parametrize(
    ("marks", "environ"),
    [
        pytest.param(("machine-id",), {}, id="a-mark-of-a-container"),
        pytest.param((), {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, id="a-variable-of-a-cluster"),
    ],
)
def test_in_a_container_the_machine_says_nothing(
    tmp_path: Path, marks: tuple[str, ...], environ: dict[str, str]
) -> None:
    file = tmp_path / "machine-id"
    file.write_text("0123456789abcdef0123456789abcdef\n")
    assert machine_id(file, tuple(tmp_path / mark for mark in marks), environ) == ""


def test_a_machine_without_an_id_has_none(tmp_path: Path) -> None:
    assert machine_id(tmp_path / "none", (), {}) == ""
