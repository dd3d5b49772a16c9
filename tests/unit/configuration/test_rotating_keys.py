"""Changes of the key file: each leaves the old one or the new one."""

from pathlib import Path

import pytest

from passerelle.configuration import (
    add_key,
    ensure_keys,
    locked_keys,
    merge_keys,
    read_keys,
    remove_key,
)
from passerelle.faults.settings import HomeNotWritable, KeyFileUnsafe


@pytest.fixture
def file(tmp_path: Path) -> Path:
    ensure_keys(tmp_path / "passerelle.key")
    return tmp_path / "passerelle.key"


def test_an_added_key_is_current_and_the_old_one_stays(file: Path) -> None:
    old, _ = read_keys(file).current
    new = add_key(file)
    assert list(read_keys(file).by_id) == [new, old]
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_removed_key_is_gone_and_the_others_stay(file: Path) -> None:
    old, _ = read_keys(file).current
    new = add_key(file)
    remove_key(file, old)
    assert list(read_keys(file).by_id) == [new]


def test_merged_keys_stand_below_those_that_are_there(file: Path, tmp_path: Path) -> None:
    other = ensure_keys(tmp_path / "other.key").current[0]
    own = read_keys(file).current[0]
    for _ in range(2):  # a second time changes nothing
        merge_keys(file, (tmp_path / "other.key").read_bytes())
        assert list(read_keys(file).by_id) == [own, other]


def test_merging_into_nothing_makes_the_file(file: Path, tmp_path: Path) -> None:
    merge_keys(tmp_path / "new.key", file.read_bytes())
    assert read_keys(tmp_path / "new.key").by_id == read_keys(file).by_id


def test_what_is_no_key_file_is_not_merged(file: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(KeyFileUnsafe):
        merge_keys(file, b"\xff not a key")
    assert file.read_bytes() == before


def test_a_change_that_fails_leaves_the_old_file(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = file.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(HomeNotWritable):
        add_key(file)
    assert file.read_bytes() == before
    assert {one.name for one in file.parent.iterdir()} == {"passerelle.key"}


def test_the_lock_is_given_back(file: Path) -> None:
    for _ in range(2):
        with locked_keys(file):
            add_key(file)
    assert len(read_keys(file).by_id) == 3
