"""The key file: made once, private, and refused when it is not."""

from pathlib import Path

import pytest

from passerelle.configuration import ensure_keys, read_keys
from passerelle.faults.settings import HomeNotWritable, KeyFileUnsafe


def test_the_key_file_is_made_once_and_private(tmp_path: Path) -> None:
    file = tmp_path / "home" / "passerelle.key"
    first = ensure_keys(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert ensure_keys(file).current == first.current
    assert [one.name for one in file.parent.iterdir()] == ["passerelle.key"]


def test_a_new_line_on_top_is_the_current_key(tmp_path: Path) -> None:
    file = tmp_path / "passerelle.key"
    old = ensure_keys(file)
    other = ensure_keys(tmp_path / "other.key")
    rotated = (tmp_path / "other.key").read_text() + file.read_text()
    file.write_text(rotated)
    keys = read_keys(file)
    assert keys.current == other.current
    assert keys.by_id[old.current[0]] == old.current[1]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"abc !!!\n", id="not-base64"),
        pytest.param(b"abc QUJD\n", id="too-short"),
        pytest.param(b"\xff\xfe", id="not-ascii"),
    ],
)
def test_a_damaged_key_file_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "passerelle.key"
    file.touch(mode=0o600)
    file.write_bytes(content)
    with pytest.raises(KeyFileUnsafe):
        read_keys(file)


def test_a_key_file_that_others_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "passerelle.key"
    ensure_keys(file)
    file.chmod(0o640)
    with pytest.raises(KeyFileUnsafe):
        ensure_keys(file)


def test_a_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(HomeNotWritable):
        ensure_keys(tmp_path / "home" / "passerelle.key")


def test_keys_do_not_print_themselves(tmp_path: Path) -> None:
    keys = ensure_keys(tmp_path / "passerelle.key")
    assert keys.current[1].hex() not in repr(keys)
    assert repr(keys.current[1]) not in repr(keys)
