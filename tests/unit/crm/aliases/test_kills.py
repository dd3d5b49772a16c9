"""Killed at any statement, an alias is kept, approved or removed wholly, or not at all."""

import pytest
from django.utils import timezone
from tests.unit.statements import survives_any_kill

from passerelle.crm.models import ActivityParty, AuditEntry, Email, EmailAlias, EmailSearch
from passerelle.crm.models.mail.emails import EmailState, EmailStatus
from passerelle.crm.models.people import SystemUser
from passerelle.crm.services import (
    add_alias,
    approve_alias,
    ask_alias,
    create_user,
    remove_alias,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]
SHORT = "a.bell@example.com"


@pytest.fixture
def anna() -> SystemUser:
    """Email that is here already bears the address that she gets."""
    email = Email.objects.create(
        subject="An order",
        statecode=EmailState.COMPLETED,
        statuscode=EmailStatus.RECEIVED,
        created_on=timezone.now(),
        identity=bytes(32),
        text_digest=bytes(32),
    )
    ActivityParty.objects.create(email=email, participation=2, address_used="A.Bell@Example.com")
    return create_user("Anna Bell", "anna@example.com")


def stands() -> object:
    """All that a person could see of it: what is kept, what is meant, what was audited."""
    return (
        list(EmailAlias.objects.values_list("key", "is_approved")),
        sorted(EmailSearch.objects.values_list("email_address", "systemuser")),
        list(ActivityParty.objects.values_list("address_used", "systemuser")),
        AuditEntry.objects.count(),
    )


def meant() -> list[str]:
    return [str(party.systemuser) for party in ActivityParty.objects.exclude(systemuser=None)]


def audited() -> list[str]:
    return [next(iter(entry.detail)) for entry in AuditEntry.objects.order_by("done_on")]


def test_added(anna: SystemUser) -> None:
    assert survives_any_kill(lambda: add_alias(anna, SHORT, "zoe"), stands) > 5
    assert (EmailAlias.objects.count(), meant(), audited()[-1]) == (1, ["Anna Bell"], "alias_added")


def test_asked_for(anna: SystemUser) -> None:
    assert survives_any_kill(lambda: ask_alias(anna, SHORT, "anna"), stands) > 4
    assert (EmailAlias.objects.get().is_approved, meant()) == (False, [])


def test_approved(anna: SystemUser) -> None:
    alias = ask_alias(anna, SHORT, "anna")
    assert survives_any_kill(lambda: approve_alias(alias.pk, "zoe"), stands) > 4
    assert (EmailAlias.objects.get().is_approved, meant()) == (True, ["Anna Bell"])
    assert audited()[-2:] == ["alias_asked", "alias_approved"]
    assert not approve_alias(alias.pk, "zoe")  # by whoever presses again


def test_refused(anna: SystemUser) -> None:
    alias = ask_alias(anna, SHORT, "anna")

    def refuse() -> None:
        remove_alias(EmailAlias.objects.get(pk=alias.pk), "zoe")

    assert survives_any_kill(refuse, stands) > 3
    assert not EmailAlias.objects.exists()
    assert not EmailSearch.objects.filter(email_address=SHORT).exists()
    assert audited()[-1] == "alias_removed"
