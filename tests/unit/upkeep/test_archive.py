"""The file of a backup: whole or none, and every change of it is seen."""

import hashlib
import json
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest
import zstandard

from passerelle.faults.upkeep import BackupNotWritten, BackupThere, BackupUnreadable
from passerelle.upkeep.backup.archive import DATABASE, KEYS, reading, writing
from passerelle.upkeep.backup.manifest import NAME, Manifest, Part, manifest_of

CONTENT = b"rows of a database " * 100_000


def manifest(**parts: object) -> Manifest:
    facts = {"migrations": {}, "counts": {"email": 3}, "key_ids": [], "parts": parts}
    return Manifest(version="1", made_on="2026-01-01", database="sqlite", **facts)  # type: ignore[arg-type]


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    source, file = tmp_path / "source", tmp_path / "a.backup"
    source.write_bytes(CONTENT)
    with writing(file, tmp_path / "draft") as archive:
        archive.add_file(DATABASE, source)
        archive.close_with(manifest(**archive.parts))
    return file


def test_what_was_put_in_comes_out(backup: Path, tmp_path: Path) -> None:
    with reading(backup) as archive:
        archive.extract(DATABASE, tmp_path / "out")
        assert archive.manifest.counts == {"email": 3}
    assert (tmp_path / "out").read_bytes() == CONTENT
    assert backup.stat().st_size < len(CONTENT) / 10
    assert backup.stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_there_is_not_written_over(backup: Path, tmp_path: Path) -> None:
    before = backup.read_bytes()
    with pytest.raises(BackupThere), writing(backup, tmp_path / "draft2"):
        pytest.fail("not entered")
    assert backup.read_bytes() == before


def test_one_that_appears_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    file = tmp_path / "a.backup"
    with pytest.raises(BackupThere), writing(file, tmp_path / "draft"):
        file.write_bytes(b"somebody else's")
    assert file.read_bytes() == b"somebody else's"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BackupNotWritten), writing(tmp_path / "no" / "a", tmp_path / "no" / "d"):
        pytest.fail("not entered")


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
def test_a_changed_byte_is_seen(backup: Path, tmp_path: Path, place: float) -> None:
    octets = bytearray(backup.read_bytes())
    octets[int(len(octets) * place)] ^= 0xFF
    backup.write_bytes(octets)
    with pytest.raises(BackupUnreadable), reading(backup) as archive:
        archive.check(DATABASE)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_half_a_file_is_no_backup(backup: Path, share: float) -> None:
    octets = backup.read_bytes()
    backup.write_bytes(octets[: int(len(octets) * share)])
    with pytest.raises(BackupUnreadable), reading(backup):
        pytest.fail("not entered")


def test_another_zip_is_no_backup(tmp_path: Path) -> None:
    file = tmp_path / "other.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("hello", "world")
    with pytest.raises(BackupUnreadable), reading(file):
        pytest.fail("not entered")


def test_a_part_that_the_manifest_does_not_know_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.backup"
    with writing(file, tmp_path / "draft") as archive:
        archive.add_bytes("keys.sealed", b"x")
        archive.close_with(manifest())
    with pytest.raises(BackupUnreadable), reading(file) as found:
        found.octets("keys.sealed")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"[]", id="a-list"),
        pytest.param(b"\xff\xfe", id="not-a-text"),
        pytest.param(b'{"product": "other", "format": 1}', id="of-another-product"),
        pytest.param(b'{"product": "passerelle", "format": 99}', id="of-a-later-format"),
        pytest.param(b'{"product": "passerelle", "format": 1}', id="without-its-parts"),
        pytest.param(b'{"product": "passerelle", "format": 1, "parts": {"a": 1}}', id="crooked"),
    ],
)
def test_a_crooked_manifest_is_refused(text: bytes) -> None:
    with pytest.raises(BackupUnreadable):
        manifest_of(text, "a.backup")


def test_a_manifest_is_read_as_it_was_written() -> None:
    made = manifest()
    assert manifest_of(made.as_json(), "a") == made
    assert json.loads(made.as_json())["product"] == "passerelle"
    assert NAME.endswith(".json")


def with_member(file: Path, name: str, octets: bytes, method: int = zipfile.ZIP_STORED) -> None:
    """A backup whose manifest is in order, and whose member somebody else made."""
    part = Part(len(octets), hashlib.sha256(octets).hexdigest())
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr(name, octets)
        archive.writestr(NAME, manifest(**{name: part}).as_json())


def test_a_bomb_is_unpacked_by_and_by(tmp_path: Path) -> None:
    """A few kilobytes that become 160 MB never lie in memory at once."""
    bomb = zstandard.ZstdCompressor(level=3).compress(bytes(160 << 20))
    with_member(tmp_path / "bomb", DATABASE, bomb)
    steps: list[int] = []
    with reading(tmp_path / "bomb") as archive:
        archive.check(DATABASE, steps.append)
    assert steps[-1] == 160 << 20
    assert max(later - now for now, later in pairwise([0, *steps])) <= 64 << 20


def test_a_small_member_that_is_large_is_refused(tmp_path: Path) -> None:
    with_member(tmp_path / "bomb", KEYS, bytes(4 << 20), zipfile.ZIP_DEFLATED)
    with reading(tmp_path / "bomb") as archive, pytest.raises(BackupUnreadable):
        archive.octets(KEYS)


def test_no_name_of_a_member_becomes_a_path(backup: Path, tmp_path: Path) -> None:
    """The caller says where a member goes; names that lead elsewhere are no members of ours."""
    with_member(tmp_path / "slip", "../../escaped", b"x")
    with reading(tmp_path / "slip") as archive, pytest.raises(BackupUnreadable):
        archive.extract(DATABASE, tmp_path / "out")
    assert not (tmp_path.parent.parent / "escaped").exists()
