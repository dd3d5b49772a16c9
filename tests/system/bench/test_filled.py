"""The measurement of a full store reads the same mail into an empty one and into that."""

from collections.abc import Callable
from pathlib import Path

import pytest
from bench import filled

pytestmark = [pytest.mark.thorough, pytest.mark.timeout(600)]


def test_both_stores_take_the_mail(tmp_path: Path, with_tables: Callable[[Path], None]) -> None:
    for name in ("empty", "full"):
        with_tables(tmp_path / name)

    figure = filled.run(tmp_path, emails=60, messages=10)

    assert (figure.messages, figure.emails) == (10, 60)
    assert figure.ratio == figure.full.wall / figure.empty.wall
    assert figure.octets > 0
