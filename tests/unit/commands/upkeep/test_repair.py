"""`passerelle repair` by its command line, on a real database."""

import json
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone
from typer.testing import CliRunner

from passerelle.commands.app import app
from passerelle.crm.models import ActivityParty, Contact, Email, EmailSearch
from passerelle.crm.models.mail.emails import Participation
from passerelle.crm.names import first_named
from passerelle.crm.readers import differences
from passerelle.crm.services import create_contact, create_user, dating

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_who_reads_what_is_worked_out_anew() -> None:
    anna = create_user("Anna", "anna@example.com")
    for number in range(3):
        Email.objects.create(created_on=timezone.now(), owner=anna, identity=bytes([number]))
    assert differences()
    told = CliRunner().invoke(app, ["--json", "repair", "access"])
    assert json.loads(told.stdout) == {"emails": 3, "parties": 0}
    assert not differences()
    assert "worked out: 3" in CliRunner().invoke(app, ["repair", "access"]).stdout


def test_parties_without_a_moment_are_given_that_of_their_email(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As a version before them records them; some emails at a time."""
    monkeypatch.setattr(dating, "EMAILS_AT_ONCE", 2)
    anna, now = create_user("Anna", "anna@example.com"), timezone.now()
    for number in range(5):
        email = Email.objects.create(
            created_on=now - timedelta(days=number), identity=bytes([number])
        )
        dated = now - timedelta(days=9) if number == 1 else None
        email.parties.create(systemuser=anna, participation=Participation.TO, created_on=dated)
        email.parties.create(participation=Participation.SENDER, created_on=email.created_on)
    told = CliRunner().invoke(app, ["--json", "repair", "access"])
    assert json.loads(told.stdout) == {"emails": 5, "parties": 4}
    wrong = ActivityParty.objects.exclude(created_on=F("email__created_on"))
    assert [party.created_on for party in wrong] == [now - timedelta(days=9)]  # it had one
    assert "email: 0" in CliRunner().invoke(app, ["repair", "access"]).stdout


def test_words_of_customers_are_made_anew() -> None:
    create_contact("Hélène", "Dupont")
    Contact.objects.update(search_words="")
    told = CliRunner().invoke(app, ["--json", "repair", "names"])
    assert json.loads(told.stdout) == {"records": 1}
    assert first_named(["dup"], Contact.objects.all(), ("fullname", "pk"), 1)
    assert "worked out: 1" in CliRunner().invoke(app, ["repair", "names"]).stdout


def test_addresses_are_put_right() -> None:
    create_contact("Hélène", "Dupont", email_address1="helene@example.com")
    EmailSearch.objects.all().delete()
    told = CliRunner().invoke(app, ["--json", "repair", "addresses"])
    assert json.loads(told.stdout) == {"addresses": 1, "nameable_parties": 0}
    assert EmailSearch.objects.get().email_address == "helene@example.com"
    assert "put right: 0" in CliRunner().invoke(app, ["repair", "addresses"]).stdout


def test_email_that_came_while_an_address_lacked_is_told_and_named() -> None:
    email = Email.objects.create(created_on=timezone.now(), identity=bytes(1))
    ActivityParty.objects.create(email=email, participation=1, address_used="helene@example.com")
    helene = create_contact("Hélène", "Dupont", email_address1="helene@example.com")
    assert "address: 1. passerelle repair parties" in invoke("repair", "addresses")
    assert "Would be named: 1" in invoke("repair", "parties", "--dry-run")
    assert invoke("--json", "repair", "parties").endswith('{"parties": 1, "dry_run": false}')
    assert ActivityParty.objects.get().contact == helene
    assert "recipients named: 0" in invoke("repair", "parties")


def invoke(*words: str) -> str:
    return " ".join(CliRunner().invoke(app, words).stdout.split())
