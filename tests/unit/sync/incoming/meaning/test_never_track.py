"""What is never tracked, through a cycle: nothing of it is kept, the next one knows a change."""

import pytest
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import Letter

from passerelle.crm.models import Email, RawMessage
from passerelle.mailboxes.services import add_never_rule, never_rules, remove_never_rule
from passerelle.sync.models import Clue, Place
from passerelle.sync.services import decision_of, trace_of
from passerelle.tracking import NeverKind, NeverRule, Reason, TrackingSettings, case_of_text, replay

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NEWSLETTER = bytes(Letter(1, more="List-Id: Ideas <ideas.customer.example>\n"))
ANY_LIST = NeverRule(NeverKind.LIST)


def test_of_a_newsletter_nothing_but_its_addresses_is_kept(company: Company) -> None:
    add_never_rule(None, ANY_LIST, by="zoe")
    company.inbox.deliver(NEWSLETTER)
    company.read()
    place = Place.objects.get()
    assert place.reason == Reason.NEVER_TRACKED
    assert decision_of(place) == (
        "Ignored: the organization never tracks such email (it comes from a mailing list)."
    )
    assert "An order" not in str(place.facts)
    assert (Email.objects.count(), RawMessage.objects.count()) == (0, 0)
    assert Clue.objects.filter(text="clara@customer.example").exists()


def test_the_list_of_a_user_is_asked_in_their_mailbox(company: Company) -> None:
    anna = company.anna.systemuser
    add_never_rule(anna, ANY_LIST, by="anna")
    company.inbox.deliver(NEWSLETTER)
    company.orders_inbox.deliver(bytes(Letter(2, more="List-Id: Ideas <ideas.customer.example>\n")))
    company.read()
    company.read(company.orders)
    place, other = Place.objects.order_by("decided_on")
    assert (place.reason, other.reason) == (Reason.ON_THEIR_LIST, Reason.ACCEPT_ALL)
    assert trace_of(place)[-1] == (
        "Anna (user) never wants it, as it comes from a mailing list; option: all email messages."
    )


def test_the_next_cycle_knows_a_rule_that_was_removed(company: Company) -> None:
    anna = company.anna.systemuser
    add_never_rule(anna, ANY_LIST, by="anna")
    remove_never_rule(anna, never_rules(anna).get().pk, by="anna")
    company.inbox.deliver(NEWSLETTER)
    company.read()
    assert Email.objects.count() == 1


def test_a_decision_by_lists_is_made_again_alike(company: Company) -> None:
    add_never_rule(company.anna.systemuser, ANY_LIST, by="anna")
    company.inbox.deliver(NEWSLETTER)
    company.read()
    case = case_of_text(Place.objects.get().facts["case"])
    assert case is not None
    assert replay(case, TrackingSettings()) is Reason.ON_THEIR_LIST
