"""A real Dovecot: who writes for the first time becomes a contact, up to a limit; taken back."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.system.anna import PASSWORD, mailbox_of_anna
from tests.system.servers.dovecot import Dovecot, dovecot

from passerelle.alerts.models import Alert
from passerelle.crm.models import AutomaticRecord, Contact, Email
from passerelle.crm.models.people import CreateAutomatically, FilteringMethod, Role
from passerelle.crm.services import create_sign_in
from passerelle.engine.services import ask, run_due
from passerelle.faults.mail.tracking import TooManyRecordsMade
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.services import save_tracking_rules
from passerelle.mailboxes.tracking.kind import RECORD_LIMITS, THE_ONE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]

MOST = 3


@pytest.fixture
def inbox() -> Iterator[Dovecot]:
    with dovecot({"anna": PASSWORD}) as server:
        yield server


@pytest.fixture
def anna(inbox: Dovecot) -> Mailbox:
    """A mailbox of which all email is tracked, where so many contacts a day are made."""
    rules = {"create_automatically": CreateAutomatically.CONTACT, "created_most": MOST}
    save_tracking_rules(rules, by="zoe")
    return mailbox_of_anna(inbox.ports["imap"], FilteringMethod.ALL)


def read(mailbox: Mailbox, inbox: Dovecot, *senders: str) -> None:
    """These write, each once."""
    for sender in senders:
        number = AutomaticRecord.objects.count() + Email.objects.count()
        text = f"From: {sender}\r\nTo: anna@example.org\r\nSubject: Hello\r\n"
        text += f"Message-ID: <{number}.{sender.rpartition('<')[2][:-1]}>\r\n\r\nHello\r\n"
        inbox.deliver("anna", text.encode())
    ask("incoming", mailbox.pk)
    run_due()


def strangers() -> list[str]:
    return sorted(Contact.objects.values_list("fullname", flat=True))


def limits_told() -> int:
    return Alert.objects.filter(code=TooManyRecordsMade.code, closed_on=None).count()


def test_made_listed_and_taken_back_for_good(anna: Mailbox, inbox: Dovecot) -> None:
    pages = Client()
    pages.force_login(create_sign_in("anna", Role.USER, systemuser=anna.systemuser))
    read(anna, inbox, "Dan Stranger <dan@stranger.example>", "Eve <eve@example.org>")
    assert strangers() == ["Dan Stranger"]  # Eve is a colleague
    row = AutomaticRecord.objects.get()
    listed = pages.get(reverse("web:records-made")).content.decode()
    assert "Dan Stranger" in listed
    assert reverse("web:email", args=[row.activity_id]) in listed
    pages.post(reverse("web:records-made-back"), {"chosen": str(row.pk)})
    assert strangers() == []
    read(anna, inbox, "Dan Stranger <dan@stranger.example>")
    assert strangers() == []
    assert Email.objects.count() == 3


def test_a_flood_ends_at_the_limit_until_the_next_day(anna: Mailbox, inbox: Dovecot) -> None:
    read(anna, inbox, *(f"S{n} <s{n}@stranger.example>" for n in range(MOST + 2)))
    assert (len(strangers()), Email.objects.count(), limits_told()) == (MOST, MOST + 2, 1)
    AutomaticRecord.objects.update(created_on=timezone.now() - timedelta(hours=25))
    ask(RECORD_LIMITS, THE_ONE)
    run_due()
    assert limits_told() == 0
    read(anna, inbox, "S9 <s9@stranger.example>")
    assert len(strangers()) == MOST + 1


def test_switched_off_nothing_is_left_to_be_told(anna: Mailbox, inbox: Dovecot) -> None:
    read(anna, inbox, *(f"S{n} <s{n}@stranger.example>" for n in range(MOST)))
    assert limits_told() == 1
    save_tracking_rules({"create_automatically": CreateAutomatically.NOTHING}, by="zoe")
    run_due()
    assert limits_told() == 0
    read(anna, inbox, "S9 <s9@stranger.example>")
    assert len(strangers()) == MOST
