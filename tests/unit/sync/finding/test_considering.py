"""What other rules would have made of the newest decisions: counted, named, nothing changed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import Letter

from passerelle.mailboxes.models import TrackingRules
from passerelle.mailboxes.models.choices import Joining
from passerelle.mailboxes.services import add_never_rule, save_tracking_rules, update_mailbox
from passerelle.sync.finding import considering
from passerelle.sync.models import Place
from passerelle.sync.services import consider
from passerelle.tracking import Filter, NeverKind, NeverRule, Reason

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOBODY = TrackingRules(forced_filter=Filter.NONE)


def test_before_any_message_there_is_nothing_to_tell(company: Company) -> None:
    considered = consider(NOBODY)
    assert (considered.count, considered.differing) == (0, ())


def test_what_is_settled_otherwise_is_named_the_newest_first(company: Company) -> None:
    for number in (1, 2):
        company.inbox.deliver(bytes(Letter(number)))
    company.read()
    before = list(Place.objects.order_by("pk").values())
    considered = consider(NOBODY)
    assert (considered.count, considered.taken_now, considered.taken_then) == (2, 2, 0)
    newest = considered.differing[0]
    assert (newest.sender, newest.now, newest.then) == (
        "clara@customer.example",
        Reason.ACCEPT_ALL,
        Reason.NO_FILTER_WANTS,
    )
    assert not newest.is_taken
    assert newest.decided_on > considered.differing[1].decided_on
    assert list(Place.objects.order_by("pk").values()) == before


def test_the_rules_that_are_saved_make_no_difference(company: Company) -> None:
    company.inbox.deliver(bytes(Letter(1)))
    company.read()
    save_tracking_rules({"forced_filter": int(Filter.NONE)}, by="zoe")
    assert consider(NOBODY).differing == ()


def test_what_a_mailbox_joins_by_itself_it_joins_whatever_the_rules(company: Company) -> None:
    company.inbox.deliver(bytes(Letter(1)))
    company.read()
    answers = "In-Reply-To: <1@customer.example>\n"
    company.inbox.deliver(bytes(Letter(2, subject="Fwd: An order", more=answers)))
    company.read()
    replies = TrackingRules(forced_filter=Filter.REPLIES)
    assert consider(replies).taken_then == 0
    update_mailbox(company.anna, by="zoe", joining=Joining.DOUBTFUL)
    assert consider(replies).taken_then == 1
    update_mailbox(company.anna, by="zoe", joining=Joining.SURE)
    replies.forwards_are_replies = True
    assert consider(replies).taken_then == 0


def test_what_a_list_kept_out_stays_out_whatever_the_rules(company: Company) -> None:
    add_never_rule(None, NeverRule(NeverKind.ADDRESS, "clara@customer.example"), by="zoe")
    company.inbox.deliver(bytes(Letter(1)))
    company.read()
    considered = consider(TrackingRules(forced_filter=Filter.ALL))
    assert (considered.count, considered.taken_then, considered.differing) == (1, 0, ())


def test_of_very_many_the_newest_are_read_in_one_query(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(considering, "MOST_CASES", 2)
    for number in (1, 2, 3):
        company.inbox.deliver(bytes(Letter(number)))
    company.read()
    with CaptureQueriesContext(connection) as queries:
        considered = consider(NOBODY)
    assert considered.count == 2
    assert len([one for one in queries if "mailplace" in one["sql"]]) == 1
