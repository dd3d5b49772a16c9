"""Two runs on one home refuse each other."""

import os
from pathlib import Path

import pytest

from passerelle.commands.serving.home_lock import lock_home
from passerelle.faults.settings import RunsAlready


def test_the_second_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    held = lock_home(tmp_path)
    with pytest.raises(RunsAlready) as refused:
        lock_home(tmp_path)
    assert refused.value.facts["process"] == str(os.getpid())
    os.close(held)
    os.close(lock_home(tmp_path))
