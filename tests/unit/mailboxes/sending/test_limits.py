"""Limits of domains and profiles: kept as addresses are compared, refused, audited, removed."""

import pytest
from django.core.exceptions import ValidationError

from passerelle.crm.models import AuditEntry
from passerelle.mailboxes.models import SendingRate
from passerelle.mailboxes.sending import limits
from passerelle.mailboxes.sending.limits import (
    SendingLimit,
    add_sending_rate,
    limit_as_exchange_online,
    limits_of_domains,
    limits_of_profile,
    remove_sending_rate,
)
from passerelle.mailboxes.services import create_profile, update_profile

pytestmark = [pytest.mark.django_db, pytest.mark.database]

TEN = SendingLimit(10, None)
NOTHING = SendingLimit(None, None)


@pytest.mark.parametrize("text", ["Gmail.com", " @gmail.com ", "gmail.com."])
def test_a_domain_is_kept_as_addresses_are_compared(text: str) -> None:
    add_sending_rate(text, SendingLimit(10, 200), "anna")
    assert limits_of_domains() == {"gmail.com": SendingLimit(10, 200)}
    (entry,) = AuditEntry.objects.all()
    assert (entry.username, entry.detail) == ("anna", {"added": "gmail.com 10 / 200"})


@pytest.mark.parametrize("text", ["Exämple.org", "@exämple.org", "xn--exmple-cua.org"])
def test_a_domain_in_unicode_is_kept_as_the_dns_has_it(text: str) -> None:
    add_sending_rate(text, TEN, "anna")
    assert limits_of_domains() == {"xn--exmple-cua.org": TEN}


@pytest.mark.parametrize(
    ("domain", "limit", "field"),
    [
        pytest.param("gmail", TEN, "domain", id="no-domain"),
        pytest.param("a b.example", TEN, "domain", id="a-space"),
        pytest.param("", TEN, "domain", id="nothing"),
        pytest.param("here.example", TEN, "domain", id="twice"),
        pytest.param("gmail.com", NOTHING, "emails_a_minute", id="no-limit"),
        pytest.param("gmail.com", SendingLimit(0, None), "emails_a_minute", id="less-than-one"),
        pytest.param("gmail.com", SendingLimit(None, 10**7), "recipients_a_day", id="too-many"),
    ],
)
def test_what_is_no_limit_is_refused(domain: str, limit: SendingLimit, field: str) -> None:
    add_sending_rate("here.example", TEN, "anna")
    with pytest.raises(ValidationError) as refused:
        add_sending_rate(domain, limit, "anna")
    assert field in refused.value.error_dict
    assert SendingRate.objects.count() == AuditEntry.objects.count() == 1


def test_the_list_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_DOMAINS", 1)
    add_sending_rate("one.example", TEN, "anna")
    with pytest.raises(ValidationError):
        add_sending_rate("two.example", TEN, "anna")


def test_a_domain_is_taken_off_once() -> None:
    row = add_sending_rate("gmail.com", TEN, "anna")
    assert remove_sending_rate(row.pk, "bert")
    assert not remove_sending_rate(row.pk, "bert")
    assert limits_of_domains() == {}
    assert AuditEntry.objects.latest("audit_id").detail == {"removed": "gmail.com 10 / –"}


def test_the_limits_of_a_profile_are_its_mailboxes_and_its_own() -> None:
    profile = create_profile("A")
    assert limits_of_profile(profile) == (NOTHING, NOTHING)
    profile = update_profile(profile, recipients_a_day=500)
    profile = limit_as_exchange_online(profile, "anna")
    assert limits_of_profile(profile) == (SendingLimit(30, 10_000), SendingLimit(None, 500))
    detail = AuditEntry.objects.latest("audit_id").detail
    assert detail["mailbox_emails_a_minute"] == [None, 30]
