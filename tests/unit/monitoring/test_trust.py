"""Passwords, certificates and the address of the pages."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.unit.monitoring.conftest import codes

from passerelle.configuration import Config, ensure_keys
from passerelle.faults.mailboxes import CredentialsUnreadable
from passerelle.faults.monitoring import (
    CertificateEnds,
    PagesNotReached,
    PagesWithoutTls,
    ProxyNotNamed,
)
from passerelle.faults.settings import KeyFileMissing
from passerelle.mailboxes import models
from passerelle.mailboxes.models import Credential, Mailbox
from passerelle.mailboxes.models.choices import Direction
from passerelle.mailboxes.models.test_runs import StepOutcome
from passerelle.mailboxes.services import create_profile, create_user_with_mailbox
from passerelle.monitoring.checks import trust

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_passwords_without_their_key_file_are_lost(config: Config) -> None:
    Credential.objects.create(username="a", ciphertext=b"x" * 40, key_id="gone")
    assert codes(trust.passwords(config, deep=False)) == [KeyFileMissing.code]


def test_a_password_of_an_unknown_key_is_told(config: Config) -> None:
    ensure_keys(config.key_file)
    Credential.objects.create(username="a", ciphertext=b"x" * 40, key_id="gone")
    for deep in (False, True):
        assert codes(trust.passwords(config, deep=deep)) == [CredentialsUnreadable.code]


def met(days: int, fact: str = "TLSv1.3, {day}") -> None:
    """A test of a mailbox that saw a certificate."""
    user = create_user_with_mailbox("Ann Example", "ann@company.example")
    mailbox = Mailbox.objects.get(systemuser=user)
    mailbox.profile = create_profile("Company", incoming_location="mail.company.example")
    mailbox.save()
    run = models.TestRun.objects.create(mailbox=mailbox, requested_by="admin", test_id="t")
    day = (datetime.now(UTC) + timedelta(days=days)).date().isoformat()
    models.TestStep.objects.create(
        run=run, position=1, direction=Direction.INCOMING, name="tls",
        outcome=StepOutcome.PASSED, started_on=timezone.now(), fact=fact.format(day=day),
    )  # fmt: skip


def test_a_certificate_that_ends_soon_is_told() -> None:
    met(10)
    found = list(trust.certificates())
    assert codes(found) == [CertificateEnds.code]
    assert "mail.company.example" in found[0].text


def test_a_certificate_that_lasts_is_good() -> None:
    met(200)
    assert [one.code for one in trust.certificates()] == [""]


def test_a_step_without_a_day_says_nothing() -> None:
    met(1, fact="TLSv1.3")
    assert list(trust.certificates()) == []


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        pytest.param({}, [], id="this-machine-alone-needs-no-tls"),
        pytest.param(
            {"listen": "0.0.0.0:8025"}, [PagesWithoutTls.code], id="open-to-the-network-does"
        ),
        pytest.param(
            {"public_url": "https://crm.company.example", "trusted_proxies": "10.0.0.1"}, [],
            id="behind-a-proxy",
        ),
        pytest.param(
            {"public_url": "https://crm.company.example"}, [ProxyNotNamed.code],
            id="behind-a-proxy-that-nobody-named",
        ),
        pytest.param(
            {"public_url": "http://crm.company.example"}, [PagesWithoutTls.code],
            id="a-proxy-without-tls-does-not-help",
        ),
    ],
)  # fmt: skip
def test_address_of_pages(config: Config, settings: dict[str, Any], expected: list[str]) -> None:
    config = replace(replace(config, listen="127.0.0.1:8025"), **settings)
    assert codes(trust.address_of_pages(config)) == expected


def test_pages_that_nobody_reaches_are_told(config: Config) -> None:
    config = replace(config, public_url="https://127.0.0.1:1")
    assert codes(trust.pages_from_outside(config)) == [PagesNotReached.code]
