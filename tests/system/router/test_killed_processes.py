"""A migration's process is really killed: nothing half-written, the same end.

Every crash point is killed in process by the unit tests, on both databases; here those around
what is durable, with nothing cleaned up, as after a power cut.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.system.router.stage import PEOPLE

from passerelle.engine.crash_points import KILLED_STATUS, VARIABLE
from passerelle.router.migrating.crash_points import (
    AFTER_ACTIVATION,
    AFTER_UNDOING,
    IN_ACTIVATION,
    IN_UNDOING,
    MARKED_CHUNK,
    STAGED_CHUNK,
)

pytestmark = pytest.mark.only_on("sqlite")  # the database is each test's own

ROOT = Path(__file__).parents[3]
END = {
    "state": "done",
    "staged": PEOPLE,
    "profiles": 1,
    "linked": PEOPLE,
    "whole": PEOPLE,
    "recipients": PEOPLE,
    "credentials": PEOPLE,
    "sets": 0,
}


def do(home: Path, *steps: str, crash_at: str = "") -> str:
    environment = {
        **os.environ,
        "PASSERELLE_HOME": str(home),
        "PASSERELLE_DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "passerelle.site.settings",
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        VARIABLE: crash_at,
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.system.router.stage", *steps],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == (KILLED_STATUS if crash_at else 0), done.stderr
    return done.stdout


def seen_after(home: Path, *steps: str) -> Any:
    return json.loads(do(home, *steps, "look").splitlines()[-1])


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("started")
    do(home, "prepare")
    return home


@pytest.fixture
def home(started: Path, tmp_path: Path) -> Iterator[Path]:
    copy = tmp_path / "home"
    shutil.copytree(started, copy)
    yield copy
    shutil.rmtree(copy)


@pytest.mark.parametrize("point", [f"{STAGED_CHUNK}:2", IN_ACTIVATION, AFTER_ACTIVATION])
def test_killed_anywhere_it_ends_the_same(home: Path, point: str) -> None:
    do(home, "work", crash_at=point)
    activated = point == AFTER_ACTIVATION
    seen = seen_after(home)
    assert seen["linked"] == seen["whole"] == (PEOPLE if activated else 0)
    assert seen["profiles"] == (1 if activated else 0)
    assert seen_after(home, "work") == END


UNDONE = {**END, "state": "undone", "profiles": 0, "linked": 0, "whole": 0, "credentials": 0}


@pytest.mark.parametrize("point", [f"{MARKED_CHUNK}:2", IN_UNDOING, AFTER_UNDOING])
def test_killed_while_undoing_it_ends_undone(home: Path, point: str) -> None:
    do(home, "work")
    do(home, "undo")
    do(home, "work", crash_at=point)
    assert seen_after(home)["linked"] == (0 if point == AFTER_UNDOING else PEOPLE)
    assert seen_after(home, "work") == UNDONE
