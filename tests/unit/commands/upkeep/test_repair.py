"""`passerelle repair` by its command line, on a real database."""

import json

import pytest
from django.utils import timezone
from typer.testing import CliRunner

from passerelle.commands.app import app
from passerelle.crm.models import Email
from passerelle.crm.readers import differences
from passerelle.crm.services import create_user

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_who_reads_what_is_worked_out_anew() -> None:
    anna = create_user("Anna", "anna@example.com")
    for number in range(3):
        Email.objects.create(created_on=timezone.now(), owner=anna, identity=bytes([number]))
    assert differences()
    told = CliRunner().invoke(app, ["--json", "repair", "access"])
    assert json.loads(told.stdout) == {"emails": 3}
    assert not differences()
    assert "worked out: 3" in CliRunner().invoke(app, ["repair", "access"]).stdout
