"""The machine and its files: home folder, key file, disk, file system."""

import shutil
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.monitoring.conftest import codes

from passerelle.configuration import Config, ensure_keys
from passerelle.faults.monitoring import DiskLow
from passerelle.faults.settings import (
    HomeNotWritable,
    HomeOpenToOthers,
    HomeOwnedByOthers,
    KeyFileUnsafe,
)
from passerelle.faults.store import DiskFull
from passerelle.monitoring.checks import machine
from passerelle.monitoring.services import Outcome

MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
nas:/mail /srv/mail\\040box nfs4 rw 0 0
tmpfs /srv tmpfs rw 0 0
/dev/sdb1 /srv ext4 rw 0 0
"""


def test_a_home_only_for_its_owner_is_good(config: Config) -> None:
    assert codes(machine.home(config)) == []


def test_a_home_that_others_read_warns_with_the_command(config: Config) -> None:
    config.home.chmod(0o755)
    first = next(machine.home(config))
    assert first.code == HomeOpenToOthers.code
    assert first.remedy == f"Run: chmod 700 {config.home}"


def test_a_home_that_is_gone_fails(config: Config) -> None:
    config.home.rmdir()
    assert codes(machine.home(config)) == [HomeNotWritable.code]


def test_a_home_of_another_account_is_told(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 4_000_000)  # without a name on any machine
    found = next(machine.home(config))
    assert found.code == HomeOwnedByOthers.code
    assert "4000000" in found.text


def test_the_probe_leaves_nothing_behind(config: Config) -> None:
    list(machine.home(config))
    assert list(config.home.iterdir()) == []


def test_a_disk_that_is_nearly_full_warns(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 - as shutil makes it
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 9 * 10**8, 10**8))
    last = list(machine.home(config))[-1]
    assert (last.code, last.outcome) == (DiskLow.code, Outcome.WARN)
    assert "100 MB" in last.text


def test_a_disk_that_is_full_fails(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 - as shutil makes it
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, 4096))
    last = list(machine.home(config))[-1]
    assert (last.code, last.outcome) == (DiskFull.code, Outcome.FAIL)
    elsewhere = replace(config, database_url="postgresql://localhost/x")
    last = list(machine.home(elsewhere))[-1]
    assert (last.code, last.outcome) == (DiskLow.code, Outcome.WARN)


def test_a_key_file_that_others_read_is_a_fault(config: Config) -> None:
    ensure_keys(config.key_file)
    assert codes(machine.key_file(config)) == []
    config.key_file.chmod(0o644)
    with pytest.raises(KeyFileUnsafe):
        list(machine.key_file(config))


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        pytest.param("/srv/mail box/home", "nfs4", id="the-deepest-mount-holds-the-folder"),
        pytest.param("/srv/other", "ext4", id="of-two-mounts-on-a-place-the-last-counts"),
        pytest.param("/var/lib", "ext4", id="the-root-holds-what-nothing-else-does"),
    ],
)
def test_file_system_of(tmp_path: Path, folder: str, kind: str) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS, encoding="utf-8")
    assert machine.file_system_of(Path(folder), mounts) == kind


def test_a_machine_without_a_list_of_mounts_tells_nothing(tmp_path: Path) -> None:
    assert machine.file_system_of(tmp_path, tmp_path / "none") == ""
