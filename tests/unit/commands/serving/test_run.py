"""`passerelle run` brings the database up to date, and does nothing where it is."""

from collections.abc import Iterator

import pytest
from django.db.models.signals import pre_migrate

from passerelle.commands.serving.run import bring_up_to_date

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def migrated() -> Iterator[list[str]]:
    """The apps that Django's command was about to migrate."""
    apps: list[str] = []

    def note(app_config: object, **_: object) -> None:
        apps.append(str(app_config))

    pre_migrate.connect(note)
    yield apps
    pre_migrate.disconnect(note)


@pytest.mark.parametrize("migrate", [True, False])
def test_nothing_is_migrated_where_nothing_is_behind(migrated: list[str], *, migrate: bool) -> None:
    bring_up_to_date(migrate=migrate)
    assert migrated == []
