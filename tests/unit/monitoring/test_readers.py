"""Readers that are not what the records say are told, of the newest emails or of all."""

import pytest
from django.utils import timezone
from tests.unit.monitoring.conftest import codes

from passerelle.crm.models import Email
from passerelle.crm.readers import grant
from passerelle.crm.services import create_user
from passerelle.faults.mail.tracking import ReadersDiffer
from passerelle.monitoring.checks import readers

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_what_is_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "NEWEST", 1)
    anna = create_user("Anna", "anna@example.com")
    old, new = (
        Email.objects.create(created_on=timezone.now(), owner=anna, identity=bytes([number]))
        for number in range(2)
    )
    found = list(readers.readers(deep=False))
    assert codes(found) == [ReadersDiffer.code]
    assert "1 readers are missing" in found[0].text
    grant([new.pk])
    assert codes(readers.readers(deep=False)) == []
    assert codes(readers.readers(deep=True)) == [ReadersDiffer.code]
    grant([old.pk])
    assert codes(readers.readers(deep=True)) == []
