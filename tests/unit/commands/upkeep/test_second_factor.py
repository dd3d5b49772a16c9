"""`passerelle remove-second-factor` by its command line."""

import pyotp
import pytest
from django.utils import timezone
from typer.testing import CliRunner, Result

from passerelle.access import services as access
from passerelle.commands.app import app
from passerelle.crm.models import AuditEntry
from passerelle.crm.models.people import Role
from passerelle.crm.services import create_sign_in

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.database,
    pytest.mark.usefixtures("still_clock"),  # a code is of the half minute in which it is given
]


def remove(name: str) -> Result:
    return CliRunner().invoke(app, ["remove-second-factor", name])


def test_it_is_removed_and_audited() -> None:
    account = create_sign_in("admin", Role.ADMINISTRATOR)
    secret = access.begin_second_factor(account).secret.reveal()
    step = int(timezone.now().timestamp()) // 30
    access.confirm_second_factor(account, pyotp.TOTP(secret).generate_otp(step), "admin")
    assert remove("admin").exit_code == 0
    assert access.second_factor_of(account) is None
    assert AuditEntry.objects.get(action="secondfactor.removed").username.endswith("(console)")
    assert "no second factor" in remove("admin").stdout


def test_a_name_that_nobody_has_fails() -> None:
    assert remove("nobody").exit_code == 1
