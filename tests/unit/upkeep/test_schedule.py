"""Regular backups: due by the last one, refused without a folder, resting on a copy."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from passerelle.engine.services import Again, Lease
from passerelle.faults.upkeep import BackupsOff
from passerelle.guids import new_guid
from passerelle.upkeep import schedule
from passerelle.upkeep.models import UpkeepSettings
from passerelle.upkeep.services import declare_copy, upkeep_settings

pytestmark = [pytest.mark.django_db, pytest.mark.database]
LEASE = Lease(new_guid(), "backup", new_guid(), 1, new_guid(), 0, 0.0)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that a backup was asked for. Making one has its own tests."""
    folders: list[Path] = []
    monkeypatch.setattr(schedule, "make_backup", lambda folder, _: folders.append(folder))
    return folders


def on(folder: Path, hours: int = 24, **fields: object) -> Callable[[], Again]:
    upkeep_settings()
    UpkeepSettings.objects.update(backup_hours=hours, **fields)
    config = replace(settings.PASSERELLE, backup_folder=str(folder))
    return lambda: schedule.run_backup(LEASE, config)


def test_the_first_one_is_made_at_once(made: list[Path], tmp_path: Path) -> None:
    assert on(tmp_path)() == Again(24 * 3600.0)
    assert made == [tmp_path]


def test_one_that_is_young_enough_waits_for_its_time(made: list[Path], tmp_path: Path) -> None:
    again = on(tmp_path, last_backup_on=timezone.now() - timedelta(hours=20))()
    assert made == []
    assert again.after_seconds is not None
    assert 3.9 * 3600 < again.after_seconds < 4 * 3600


def test_switched_off_it_rests(made: list[Path], tmp_path: Path) -> None:
    assert on(tmp_path, hours=0)() == Again(None)
    assert made == []


def test_a_copy_makes_none_among_the_originals(made: list[Path], tmp_path: Path) -> None:
    run = on(tmp_path)
    declare_copy("admin")
    assert run() == Again(None)
    assert made == []


def test_without_a_folder_it_is_a_fault(made: list[Path]) -> None:
    upkeep_settings()
    UpkeepSettings.objects.update(backup_hours=1)
    with pytest.raises(BackupsOff):
        schedule.run_backup(LEASE, replace(settings.PASSERELLE, backup_folder=""))
    assert made == []
