"""The migration that gives parties the moment of their email."""

from importlib import import_module

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from passerelle.crm.models import ActivityParty, Email
from passerelle.crm.services import create_contact

pytestmark = [pytest.mark.django_db, pytest.mark.database]
FILLING = import_module("passerelle.crm.migrations.0045_moments_of_parties")


def test_parties_have_the_moment_of_their_email() -> None:
    emails = [
        Email.objects.create(created_on=timezone.now(), identity=bytes([number]))
        for number in range(2)
    ]
    for email in emails:
        for whose in ({}, {"contact": create_contact("Zoé", "Client")}):
            email.parties.create(participation=2, address_used="x", **whose)
    with connection.cursor() as cursor:
        cursor.execute(FILLING.FILL)
    dated = ActivityParty.objects.order_by().filter(created_on=F("email__created_on"))
    assert dated.count() == 4
