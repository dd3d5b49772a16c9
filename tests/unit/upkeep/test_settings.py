"""The settings of upkeep: changed with an entry in the audit, and checked."""

import pytest
from django.core.exceptions import ValidationError

from passerelle.crm.models import AuditEntry
from passerelle.engine.models import Work
from passerelle.upkeep.services import save_upkeep_settings, upkeep_settings

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_sources_and_the_audit_are_kept_for_ever_by_default() -> None:
    stored = upkeep_settings()
    assert (stored.raw_days, stored.audit_days, stored.backup_hours) == (0, 0, 0)


def test_a_change_is_audited_and_looked_at_at_once() -> None:
    save_upkeep_settings({"raw_days": 90}, "admin")
    assert AuditEntry.objects.get().detail == {"raw_days": [0, 90]}
    assert set(Work.objects.values_list("kind", flat=True)) == {"backup", "retention"}


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValidationError):
        save_upkeep_settings({"backups_kept": 0}, "admin")
    with pytest.raises(TypeError):
        save_upkeep_settings({"last_backup_name": "x"}, "admin")
