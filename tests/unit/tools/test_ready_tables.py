"""Whoever makes the tables of the tests has the time that it takes."""

from pathlib import Path

import pytest
from tests import ready_tables
from tests.ready_tables import pytest_timeout_set_timer

pytestmark = pytest.mark.only_on("sqlite")


@pytest.mark.django_db
def test_with_the_tables_there_a_test_has_its_timer(request: pytest.FixtureRequest) -> None:
    assert pytest_timeout_set_timer(request.node) is None


@pytest.mark.django_db
def test_without_them_it_has_none(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(ready_tables, "FOLDER", tmp_path)
    assert pytest_timeout_set_timer(request.node) is True


def test_who_needs_no_tables_has_its_timer(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(ready_tables, "FOLDER", tmp_path)
    assert pytest_timeout_set_timer(request.node) is None
