"""The migration that gives every stored email its readers finds the same as recording does."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils import timezone

from passerelle.crm.models import (
    ActivityParty,
    Email,
    PrincipalObjectAccess,
    QueueItem,
)
from passerelle.crm.readers import differences
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.services import create_queue_with_mailbox, create_user_with_mailbox
from passerelle.sync.models import Place
from passerelle.sync.models.incoming import Outcome

pytestmark = [pytest.mark.django_db, pytest.mark.database]
FILLING = import_module("passerelle.sync.migrations.0008_readers")


def lies_in(mailbox: Mailbox, email: Email, uid: int) -> None:
    Place.objects.create(
        mailbox=mailbox, epoch=1, folder="INBOX", uid_validity=1, uid=uid, reason=1,
        outcome=Outcome.TRACKED, email=email, decided_on=timezone.now(),
    )  # fmt: skip


def test_each_reader_of_each_email_is_found_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FILLING, "EMAILS_AT_ONCE", 2)
    anna = create_user_with_mailbox("Anna", "anna@example.com")
    orders = create_queue_with_mailbox("Orders", "orders@example.com")
    reasons: list[dict[str, object]] = [
        {"owner": anna}, {"accepting_user": anna}, {"accepting_queue": orders}, {}, {}, {}, {}, {}
    ]  # fmt: skip
    emails = [
        Email.objects.create(created_on=timezone.now(), identity=bytes([number]), **columns)
        for number, columns in enumerate(reasons)
    ]
    for email, whose in zip(emails[3:5], ({"systemuser": anna}, {"queue": orders}), strict=True):
        ActivityParty.objects.create(email=email, participation=2, address_used="x", **whose)
    QueueItem.objects.create(queue=orders, email=emails[5], entered_on=timezone.now())
    lies_in(Mailbox.objects.get(systemuser=anna), emails[6], 1)
    lies_in(Mailbox.objects.get(queue=orders), emails[6], 2)
    for _ in range(2):  # killed and begun again, it doubles nothing
        FILLING.fill(None, SimpleNamespace(connection=connection))
    assert not differences()
    assert PrincipalObjectAccess.objects.count() == 8
