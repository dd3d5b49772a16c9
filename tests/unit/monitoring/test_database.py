"""The database: reached, durable, whole, of this version's shape."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from tests.unit.monitoring.conftest import codes

from passerelle.configuration import Config
from passerelle.faults.monitoring import DatabaseDamaged, DatabaseSettingWrong
from passerelle.faults.store import DatabaseGone
from passerelle.monitoring.checks import database
from passerelle.monitoring.services import examine

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_the_tests_own_database_has_no_error(config: Config) -> None:
    errors = set(codes(database.database(config))) - {"PSR-MON-007"}  # tests run without fsync
    assert errors <= {DatabaseSettingWrong.code}
    assert codes(database.shape()) == []
    assert codes(database.clock()) == []


@pytest.mark.only_on("sqlite")
def test_a_damaged_file_is_told_with_sqlites_words(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"page_count": 1, "page_size": 4096, "quick_check(1)": "page 3 is never used"}
    monkeypatch.setattr(database, "_pragma", answers.__getitem__)
    found = list(database.integrity(deep=False))
    assert [one.code for one in found] == [DatabaseDamaged.code]
    assert "page 3 is never used" in found[0].text


@pytest.mark.only_on("sqlite")
def test_a_large_file_is_looked_through_only_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def pragma(name: str) -> Any:
        asked.append(name)
        return {"page_count": 10**6, "page_size": 4096}.get(name, "ok")

    monkeypatch.setattr(database, "_pragma", pragma)
    assert codes(database.integrity(deep=False)) == []
    assert not any(name.endswith("check(1)") for name in asked)
    list(database.integrity(deep=True))
    assert asked[-1] == "integrity_check(1)"


@contextmanager
def unreachable() -> Iterator[None]:
    def refuse(*_: object) -> None:
        raise DatabaseGone(answer="gone")

    with connection.execute_wrapper(refuse):
        yield


def test_without_the_database_the_rest_is_still_told(config: Config) -> None:
    with unreachable():
        found = list(examine(config))
    assert DatabaseGone.code in codes(found)
    assert found[0].name == "Settings"
    assert not any(one.name == "Workers" for one in found)
