"""The measurement of sending sends what it counts."""

from collections.abc import Callable
from pathlib import Path

import pytest
from bench import sending

pytestmark = [pytest.mark.thorough, pytest.mark.timeout(600)]


def test_every_email_reaches_the_sink(tmp_path: Path, with_tables: Callable[[Path], None]) -> None:
    with_tables(tmp_path / "home")

    figure = sending.run(tmp_path, emails=25)

    assert figure.emails == 25
    assert figure.wall > 0
    assert figure.cpu is not None
