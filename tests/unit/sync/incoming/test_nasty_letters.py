"""Senders who mean harm: each of their messages is kept or decided, and every page shows it."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.nasty_letters import nasty_letters
from tests.unit.sync.conftest import Company

from passerelle.alerts.models import Alert
from passerelle.crm.models import Email
from passerelle.sync.models import Place
from passerelle.sync.models.incoming import Outcome
from passerelle.tracking import Reason

pytestmark = [
    pytest.mark.django_db, pytest.mark.database, pytest.mark.thorough, pytest.mark.cycles,
    pytest.mark.timeout(600),
]  # fmt: skip
WITHOUT_SENDER = {"comments", "local-part-of-64-kb-in-From", "domain-of-64-kb"}
UNREADABLE = {"no-fields", "only-nuls"}


@pytest.fixture
def read(company: Company) -> Company:
    """All of them lay in one inbox, and one cycle has read it."""
    company.inbox.largest = 150_000_000
    for raw in nasty_letters().values():
        company.inbox.deliver(raw)
    company.read()
    return company


def test_none_stops_the_others_and_each_is_shown(read: Company) -> None:
    names = dict(enumerate(nasty_letters(), 1))
    places = {names[place.uid]: place for place in Place.objects.select_related("email")}
    assert places.keys() == set(names.values()), "each was decided"
    quarantined = {name for name, place in places.items() if place.outcome == Outcome.QUARANTINED}
    ignored = {name: place.reason for name, place in places.items() if place.email is None}
    assert quarantined == UNREADABLE
    assert ignored.keys() - UNREADABLE == WITHOUT_SENDER
    assert {ignored[name] for name in WITHOUT_SENDER} == {Reason.INVALID_SENDER}
    assert {alert.activity for alert in Alert.objects.all()} == {"quarantine"}
    assert read.reading().last_uid == len(names)
    every_page_shows_them(read)


def every_page_shows_them(company: Company) -> None:
    client = Client()
    assert company.anna.systemuser is not None
    client.force_login(company.sign_in(company.anna.systemuser))
    for email in Email.objects.only("pk").iterator():
        page = reverse("web:email", args=[email.pk])
        assert client.get(page).status_code == 200
    around = (
        reverse("web:emails"),
        reverse("web:contact", args=[company.clara.pk]),
        reverse("web:where") + "?q=clara@customer.example",
        reverse("web:my-mailbox"),
    )
    for path in around:
        assert client.get(path).status_code == 200
