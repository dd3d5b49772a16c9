"""Untracking removes the record, leaves the mailbox alone, and keeps the message from returning."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import Letter

from passerelle.crm.models import (
    ActivityParty,
    AuditEntry,
    Email,
    IndexedEmail,
    QueueItem,
    RawMessage,
    RawPack,
    UntrackedEmail,
)
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.models.mail.emails import CorrelationState
from passerelle.crm.models.people import Role
from passerelle.crm.search import index_some
from passerelle.crm.services import create_sign_in, forward_draft, may_untrack, reply_draft
from passerelle.faults.mail.tracking import EmailGone, WrittenUpon
from passerelle.mailboxes.models import Mailbox
from passerelle.sync.models import Place, Quarantine, Touch
from passerelle.sync.models.incoming import Outcome, QuarantineState
from passerelle.sync.services import (
    CONSOLE,
    decision_of,
    may_be_only_copy,
    sought_by,
    take_anyway,
    untrack,
    where,
)
from passerelle.tracking import Reason

pytestmark = [pytest.mark.django_db, pytest.mark.database]
BOTH = "anna@example.com, orders@example.com"


def tracked(company: Company, letter: Letter | None = None) -> Email:
    company.inbox.deliver(bytes(letter or Letter(1, to=BOTH, parts=("x",))))
    company.read()
    return Email.objects.get()


def test_nothing_of_the_record_is_left(company: Company) -> None:
    email = tracked(company)
    index_some()
    assert (QueueItem.objects.count(), IndexedEmail.objects.count()) == (1, 1)
    untrack(email, "anna")
    for model in (Email, ActivityParty, QueueItem, IndexedEmail, RawMessage, RawPack):
        assert not model._default_manager.exists(), model
    entry = AuditEntry.objects.get(action=AuditAction.EMAIL_UNTRACKED)
    assert (entry.subject_id, entry.username) == (email.pk, "anna")


def test_its_places_are_ignored_and_found_like_other_ignored_mail(company: Company) -> None:
    email = tracked(company)
    untrack(email, "anna")
    place = Place.objects.get()
    assert (place.outcome, place.reason) == (Outcome.IGNORED, Reason.UNTRACKED_BY_HAND)
    assert decision_of(place) == "Ignored: a person had this message untracked."
    for text in ("Clara@customer.example", "orders@example.com", email.message_id):
        (found,) = where(CONSOLE, sought_by(text)).rows
        assert found.place == place


def test_the_same_message_arriving_elsewhere_is_ignored(company: Company) -> None:
    untrack(tracked(company), "anna")
    company.orders_inbox.deliver(bytes(Letter(1, to=BOTH, parts=("x",))))
    company.orders_inbox.deliver(bytes(Letter(1, to=BOTH, text="Another text.")))
    company.read(company.orders)
    reasons = Place.objects.filter(mailbox=company.orders).order_by("uid")
    assert list(reasons.values_list("reason", flat=True)) == [
        Reason.UNTRACKED_BY_HAND,
        Reason.ACCEPT_ALL,  # nobody forges a message away
    ]


def test_what_is_untracked_costs_no_query_more(company: Company) -> None:
    def cost(number: int) -> int:
        company.inbox.deliver(bytes(Letter(number)))
        with CaptureQueriesContext(connection) as queries:
            company.read()
        return len([query for query in queries if "SAVEPOINT" not in query["sql"]])

    cost(1)
    before = cost(2)
    UntrackedEmail.objects.create(
        activity_id=company.anna.pk,
        identity=b"i" * 32,
        text_digest=b"t" * 32,
        untracked_on=timezone.now(),
    )
    assert cost(3) == before


def test_a_copy_in_another_mailbox_is_untracked_with_it(company: Company) -> None:
    email = tracked(company)
    company.orders_inbox.deliver(bytes(Letter(1, to=BOTH, parts=("x",))))
    company.read(company.orders)
    assert email.places.count() == 2
    untrack(email, "anna")
    reasons = set(Place.objects.values_list("reason", flat=True))
    assert reasons == {Reason.UNTRACKED_BY_HAND}


def test_nothing_is_removed_from_the_server_any_more(company: Company) -> None:
    email = tracked(company)
    place = Place.objects.get()
    later = timezone.now() + timedelta(days=1)
    Touch.objects.create(place=place, mailbox=company.anna, kind="remove", not_before=later)
    untrack(email, "anna")
    assert not Touch.objects.exists()
    assert len(company.inbox.messages) == 1


def test_it_is_said_where_the_record_may_be_the_only_copy(company: Company) -> None:
    company.orders_inbox.deliver(bytes(Letter(1, to="orders@example.com")))
    company.read(company.orders)
    email = Email.objects.get()
    assert not may_be_only_copy(email)
    Mailbox.objects.filter(pk=company.orders.pk).update(process_and_delete=True)
    assert may_be_only_copy(email)


@pytest.mark.parametrize("written", [reply_draft, forward_draft])
def test_what_was_written_upon_stays(company: Company, written: object) -> None:
    email = tracked(company)
    user = company.anna.systemuser
    assert user is not None
    assert callable(written)
    written(email, company.sign_in(user))
    with pytest.raises(WrittenUpon):
        untrack(email, "anna")
    assert Place.objects.get().email == email
    assert not UntrackedEmail.objects.exists()


def test_a_received_answer_stays_and_waits_for_what_it_names(company: Company) -> None:
    email = tracked(company)
    answer = Letter(2, subject="Re: An order", more=f"In-Reply-To: {email.message_id}\n")
    company.inbox.deliver(bytes(answer))
    company.read()
    untrack(email, "anna")
    left = Email.objects.get()
    assert (left.correlated_activity, left.correlation_state) == (None, CorrelationState.NONE)


def test_taken_from_quarantine_before_its_bytes_go_too(company: Company) -> None:
    company.inbox.deliver(b"\xff no message at all")
    company.read()
    email = take_anyway(Quarantine.objects.get(), "zoe").place.email
    assert email is not None
    untrack(email, "zoe")
    kept = Quarantine.objects.get()
    assert (kept.raw, kept.state) == (None, QuarantineState.TAKEN)
    assert not RawMessage.objects.exists()


def test_twice_is_told(company: Company) -> None:
    email = tracked(company)
    untrack(Email.objects.get(), "anna")
    with pytest.raises(EmailGone):
        untrack(email, "anna")


def test_who_may(company: Company) -> None:
    email = tracked(company)
    user = company.anna.systemuser
    assert user is not None
    owner = company.sign_in(user)
    other = create_sign_in("other", Role.USER)
    administrator = create_sign_in("zoe", Role.ADMINISTRATOR)
    operator = create_sign_in("op", Role.OPERATOR)
    assert may_untrack(owner, email)
    assert may_untrack(administrator, email)
    assert not may_untrack(other, email)
    assert not may_untrack(operator, email)
    email.direction_code = True
    assert not may_untrack(administrator, email)
