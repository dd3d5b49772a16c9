"""Settings of signing in: bounds, audit, and who needs a second factor."""

import pytest
from django.core.exceptions import ValidationError

from passerelle.access import services as access
from passerelle.crm.models import AuditEntry
from passerelle.crm.models.people import Role
from passerelle.crm.services import create_sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.mark.parametrize(
    ("name", "value"),
    [("idle_minutes", 4), ("idle_minutes", 20_161), ("longest_hours", 0), ("longest_hours", 337)],
)
def test_bounds(name: str, value: int) -> None:
    with pytest.raises(ValidationError) as refused:
        access.save_sign_in_settings({name: value}, "admin")
    assert set(refused.value.error_dict) == {name}
    assert not AuditEntry.objects.exists()


def test_a_change_is_audited_once() -> None:
    access.save_sign_in_settings({"idle_minutes": 60}, "admin")
    access.save_sign_in_settings({"idle_minutes": 60}, "admin")
    [entry] = AuditEntry.objects.all()
    assert (entry.username, entry.detail) == ("admin", {"idle_minutes": [480, 60]})


@pytest.mark.parametrize("role", Role)
def test_each_role_can_be_asked_for_a_second_factor(role: Role) -> None:
    account = create_sign_in("anna", role)
    assert not access.wants_second_factor(account)
    access.save_sign_in_settings({f"second_factor_for_{role.value}s": True}, "admin")
    assert access.wants_second_factor(account)
