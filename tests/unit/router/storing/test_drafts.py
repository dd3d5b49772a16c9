"""The lock of a draft: only while it is one."""

import pytest
from django.db import transaction
from tests.unit.router.migrating.company import begun

from passerelle.faults.router import MigrationNotOpen
from passerelle.router.models import Migration, MigrationState
from passerelle.router.storing.drafts import locked_draft

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_a_draft_is_given_as_it_is_stored() -> None:
    migration = begun()
    Migration.objects.update(answers={"a": "b"})
    with transaction.atomic():
        assert locked_draft(migration.pk).answers == {"a": "b"}


@pytest.mark.parametrize("state", [s for s in MigrationState if s != MigrationState.DRAFT])
def test_what_was_started_or_ended_is_none(state: MigrationState) -> None:
    migration = begun()
    Migration.objects.update(state=state)
    with transaction.atomic(), pytest.raises(MigrationNotOpen):
        locked_draft(migration.pk)


def test_what_is_gone_is_none() -> None:
    migration = begun()
    Migration.objects.all().delete()
    with transaction.atomic(), pytest.raises(MigrationNotOpen):
        locked_draft(migration.pk)
