"""Smart matching up to the record: proposed, joined where trusted, and what it costs."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import MORNING, Letter

from passerelle.crm.models import Email, EmailHash, EmailHashVariant
from passerelle.crm.models.mail.emails import (
    CorrelationDoubt,
    CorrelationMethod,
    CorrelationState,
    EmailState,
    EmailStatus,
)
from passerelle.crm.services import Written, create_account, create_draft
from passerelle.engine.services import run_due
from passerelle.mailboxes.models import SystemSettings
from passerelle.mailboxes.services import save_tracking_rules
from passerelle.mailboxes.tracking.kind import EMAIL_HASHES
from passerelle.sync.services import submit
from passerelle.sync.understanding import batches

pytestmark = [pytest.mark.django_db, pytest.mark.database]

CLARA = "clara@customer.example"
BOTH = "anna@example.com, dora@customer.example"
ORDER = Letter(1, to=BOTH, subject="Delivery of the pump")
ANSWER = Letter(2, to=BOTH, subject="RE: Delivery of the pump")


@pytest.fixture
def switched_on(company: Company) -> Company:
    save_tracking_rules({"smart_matching": True}, by="zoe")
    return company


def read(company: Company, *letters: Letter) -> Email:
    """The letters are read; the record of the last."""
    for letter in letters:
        company.inbox.deliver(bytes(letter))
    company.read()
    return Email.objects.get(message_id=letters[-1].id)


def test_at_first_it_is_off_and_nothing_is_kept(company: Company) -> None:
    read(company, ORDER)
    assert read(company, ANSWER).correlation_state == CorrelationState.NONE
    assert not EmailHash.objects.exists()


@pytest.mark.parametrize("at_once", [True, False])
def test_what_is_alike_is_proposed(switched_on: Company, *, at_once: bool) -> None:
    if not at_once:
        read(switched_on, ORDER)
    answer = read(switched_on, *([ORDER, ANSWER] if at_once else [ANSWER]))
    assert answer.proposed_activity == Email.objects.get(message_id=ORDER.id)
    assert answer.correlated_activity is None
    assert answer.correlation_state == CorrelationState.PROPOSED
    assert answer.correlation_doubt == CorrelationDoubt.SIMILAR
    assert answer.correlation_method == CorrelationMethod.SMART_MATCHING
    assert EmailHash.objects.count() == 2


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize(
    ("rules", "subject", "is_like"),
    [
        pytest.param({"words_apart": 1}, "RE: Delivery of the pump", True, id="the-same"),
        pytest.param({"words_apart": 1}, "RE: Delivery of our pump", True, id="another-word"),
        pytest.param({"words_apart": 1}, "RE: Delivery of a red pump", False, id="two-others"),
        pytest.param({"words_apart": 1}, "RE: [EXTERN] Delivery of the pump", True, id="one-more"),
        pytest.param(
            {"words_ignored": "[extern]"},
            "RE: [EXTERN] Delivery of the pump",
            True,
            id="one-that-does-not-count",
        ),
        pytest.param({"people_least": 3}, "RE: Delivery of the pump", False, id="too-few-people"),
    ],
)
def test_by_the_rules_of_the_organization(
    switched_on: Company, rules: dict[str, object], subject: str, *, is_like: bool, at_once: bool
) -> None:
    save_tracking_rules(rules, by="zoe")
    answer = ANSWER.but(subject=subject)
    if not at_once:
        read(switched_on, ORDER)
    found = read(switched_on, *([ORDER, answer] if at_once else [answer]))
    assert (found.proposed_activity is not None) is is_like


def test_what_is_removed_leaves_no_variant(switched_on: Company) -> None:
    save_tracking_rules({"words_apart": 2}, by="zoe")
    email = read(switched_on, ORDER)
    assert EmailHashVariant.objects.count() == 5  # of four words, all or three
    email.delete()
    assert not EmailHashVariant.objects.exists()


def test_of_a_crowd_under_such_words_the_newest_is_found(switched_on: Company) -> None:
    save_tracking_rules({"words_apart": 1}, by="zoe")
    crowd = [ORDER.but(number=number, subject=f"Pump report {number}") for number in range(3, 40)]
    answer = read(switched_on, *crowd, ANSWER.but(number=50, subject="RE: Pump report 99"))
    assert answer.proposed_activity == Email.objects.get(message_id=crowd[-1].id)


def test_or_joined_where_the_organization_trusts_it(switched_on: Company) -> None:
    save_tracking_rules({"smart_matching_trusted": True}, by="zoe")
    order = read(switched_on, ORDER)
    account = create_account("Customer Inc")
    Email.objects.update(regarding_account=account)
    answer = read(switched_on, ANSWER)
    assert (answer.correlated_activity, answer.regarding_account) == (order, account)
    assert answer.correlation_state == CorrelationState.SURE


def test_an_email_that_was_sent_is_found_too(switched_on: Company) -> None:
    SystemSettings.objects.update(allow_unresolved_recipients=True)
    user = switched_on.anna.systemuser
    assert user is not None
    written = Written(
        to=f"{CLARA}, dora@customer.example",
        subject="Delivery of the pump",
        text="Friday.",
    )
    draft = create_draft(written, sender=user, owner=user)
    assert not EmailHash.objects.exists()
    submit(draft, "anna", switched_on.anna)
    Email.objects.update(created_on=MORNING)
    EmailHash.objects.update(written_on=MORNING)
    assert read(switched_on, ANSWER).proposed_activity == draft


def test_handed_in_again_it_is_compared_as_it_is_now(switched_on: Company) -> None:
    SystemSettings.objects.update(allow_unresolved_recipients=True)
    user = switched_on.anna.systemuser
    assert user is not None
    draft = create_draft(Written(CLARA, "Delivery of the pump", "x"), sender=user, owner=user)
    submit(draft, "anna", switched_on.anna)
    before = EmailHash.objects.get().subject_hash
    Email.objects.update(
        statecode=EmailState.OPEN, statuscode=EmailStatus.FAILED, subject="Another pump"
    )
    submit(Email.objects.get(), "anna", switched_on.anna)
    assert EmailHash.objects.get().subject_hash != before


def test_the_email_that_it_names_takes_its_place_when_it_comes(switched_on: Company) -> None:
    answer = read(switched_on, ORDER, ANSWER.but(more="In-Reply-To: <7@customer.example>\n"))
    assert answer.correlation_doubt == CorrelationDoubt.SIMILAR
    named = read(switched_on, Letter(7, subject="The pump"))
    answer.refresh_from_db()
    assert answer.correlated_activity == named
    assert (answer.proposed_activity, answer.correlation_doubt) == (None, CorrelationDoubt.NONE)
    assert answer.correlation_state == CorrelationState.SURE


def test_the_same_message_again_is_like_nothing(switched_on: Company) -> None:
    read(switched_on, ORDER)
    other = ORDER.but(text="Another text under the same identifier, much longer.")
    switched_on.inbox.deliver(bytes(other))
    switched_on.read()
    assert Email.objects.count() == 2
    assert not Email.objects.exclude(correlation_state=CorrelationState.NONE).exists()


def test_what_was_here_before_is_compared_after_a_while(company: Company) -> None:
    for number in range(1, 4):
        read(company, Letter(number, to=BOTH, subject=f"Delivery of the pump {number}"))
    save_tracking_rules({"smart_matching": True}, by="zoe")
    assert not EmailHash.objects.exists()
    run_due(kinds=[EMAIL_HASHES])
    assert EmailHash.objects.count() == 3
    answer = read(company, Letter(9, to=BOTH, subject="Delivery of the pump 2"))
    assert answer.proposed_activity == Email.objects.get(message_id=Letter(2).id)


def test_it_costs_one_question_a_batch_and_none_where_nothing_asks(
    switched_on: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cost(*letters: Letter) -> int:
        for letter in letters:
            switched_on.inbox.deliver(bytes(letter))
        with CaptureQueriesContext(connection) as queries:
            switched_on.read()
        return len([query for query in queries if "SAVEPOINT" not in query["sql"]])

    monkeypatch.setattr(batches, "BATCH_MESSAGES", 200)
    read(switched_on, ORDER)
    one_word = cost(Letter(3, to=BOTH, subject="Delivery"))
    kept = 1  # the row of what is compared
    assert cost(Letter(4, to=BOTH, subject="A new matter")) == one_word + kept + 1
    many = [Letter(n, to=BOTH, subject=f"Matter number {n}") for n in range(10, 40)]
    assert cost(*many) == one_word + kept + 1


def test_words_that_may_differ_cost_no_more_questions(
    switched_on: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cost(*letters: Letter) -> int:
        for letter in letters:
            switched_on.inbox.deliver(bytes(letter))
        with CaptureQueriesContext(connection) as queries:
            switched_on.read()
        return len([query for query in queries if "SAVEPOINT" not in query["sql"]])

    monkeypatch.setattr(batches, "BATCH_MESSAGES", 200)
    save_tracking_rules({"words_apart": 1}, by="zoe")
    read(switched_on, ORDER)
    one = cost(Letter(4, to=BOTH, subject="Delivery of a pump"))
    many = [Letter(n, to=BOTH, subject=f"Delivery of pump {n}") for n in range(10, 40)]
    assert cost(*many) == one


def test_any_date_is_taken(switched_on: Company) -> None:
    for number, days in enumerate((-700_000, 0, 2_900_000), 20):
        read(switched_on, ANSWER.but(number=number, date=MORNING + timedelta(days=days)))
    assert Email.objects.count() == 3
