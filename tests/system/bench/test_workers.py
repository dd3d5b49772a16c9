"""The measurement of two workers has the same mail read by one and by two."""

from collections.abc import Callable
from pathlib import Path

import pytest
from bench import workers

pytestmark = [pytest.mark.thorough, pytest.mark.timeout(600)]


def test_both_record_all_mail(tmp_path: Path, with_tables: Callable[[Path], None]) -> None:
    for name in ("1", "2"):
        with_tables(tmp_path / name)

    one, two = workers.run(tmp_path, mailboxes=3, messages=4)

    assert (one.workers, two.workers) == (1, 2)
    assert one.messages == two.messages == 12
    assert one.ours > 0
    assert two.ours > 0
    assert one.peak_pss > 0
