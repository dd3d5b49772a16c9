"""Raw packs, bulk lookups, who sees what, drafts and pages of emails."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from passerelle.crm.models import (
    ActivityParty,
    Email,
    Queue,
    QueueItem,
    RawMessage,
    RawPack,
    SignInAccount,
    SystemUser,
)
from passerelle.crm.models.mail.emails import EmailStatus, Participation
from passerelle.crm.models.people import Role
from passerelle.crm.readers import grant
from passerelle.crm.services import (
    Octets,
    Written,
    answer,
    create_contact,
    create_draft,
    create_queue,
    create_sign_in,
    create_user,
    insert_rows,
    many_raw_bytes,
    may_read_body,
    pack,
    raw_bytes,
    reply_draft,
    save_pack,
    set_members,
    store_pack,
    update_draft,
    visible_emails,
)
from passerelle.tracking import Questions

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOTHING = Questions(frozenset(), frozenset(), frozenset(), frozenset())


@pytest.fixture
def anna() -> SystemUser:
    return create_user("Anna", "anna@example.com")


@pytest.fixture
def queue(anna: SystemUser) -> Queue:
    return create_queue("Orders", "orders@example.com")


def stored(number: int, **columns: object) -> Email:
    email = Email(
        subject=f"Number {number}",
        statecode=1,
        statuscode=EmailStatus.RECEIVED,
        created_on=NOW + timedelta(minutes=number),
        identity=number.to_bytes(32, "big"),
        text_digest=bytes(32),
        version=1,
    )
    for name, value in columns.items():
        setattr(email, name, value)
    insert_rows([email])
    return email


def account(user: SystemUser | None, role: Role = Role.USER) -> SignInAccount:
    return create_sign_in(f"{role}-{user}", role, systemuser=user)


@given(messages=st.lists(st.binary(max_size=200), max_size=5))
def test_each_message_of_a_pack_comes_back_alone(messages: list[bytes]) -> None:
    rows = store_pack(Octets(data) for data in messages)
    assert [raw_bytes(RawMessage.objects.get(pk=row.pk)) for row in rows] == messages
    assert list(many_raw_bytes(rows, most=1_000_000).values()) == messages


@pytest.mark.parametrize(("most", "read"), [(9, 0), (10, 1), (59, 2), (60, 3)])
def test_of_several_messages_no_more_are_read_than_is_allowed(most: int, read: int) -> None:
    messages = [b"a" * 10, b"b" * 20, b"c" * 30]
    rows = [store_pack([Octets(data)])[0] for data in messages]
    assert list(many_raw_bytes(rows, most=most).values()) == messages[:read]


def test_an_empty_pack_leaves_no_row() -> None:
    save_pack(pack([]))
    assert not RawPack.objects.exists()


def test_headers_only_are_told_from_a_whole_message() -> None:
    row = store_pack([Octets(b"Subject: x\r\n", whole=False)])[0]
    assert not RawMessage.objects.get(pk=row.pk).whole


def test_rows_that_are_there_are_left_alone() -> None:
    first = stored(1)
    twin = Email(
        identity=first.identity, text_digest=bytes(32), version=1, created_on=NOW, statecode=0
    )
    insert_rows([twin], unless_there=True)
    assert Email.objects.get() == first


def test_lookups_cost_six_queries_whatever_the_batch(anna: SystemUser) -> None:
    for number in range(20):
        stored(number, message_id=f"<{number}@a.example>", owner=anna)
    questions = Questions(
        addresses=frozenset({"anna@example.com", *(f"u{one}@a.example" for one in range(50))}),
        message_ids=frozenset(f"<{one}@a.example>" for one in range(50)),
        tokens=frozenset({"CRM:0001001"}),
        identities=frozenset(one.to_bytes(32, "big") for one in range(50)),
    )
    with CaptureQueriesContext(connection) as queries:
        found = answer(questions)
    assert len(queries) == 6
    assert [record.id for record in found.records["anna@example.com"]] == [anna.pk]
    assert (len(found.emails), len(found.identities)) == (20, 20)
    with CaptureQueriesContext(connection) as queries:
        answer(NOTHING)
    assert len(queries) == 0


def test_the_newest_answer_comes_first_and_long_ids_are_found() -> None:
    long = f"<{'x' * 400}@a.example>"
    older, newer = (stored(number, message_id=long[:320]) for number in (1, 2))
    found = answer(Questions(frozenset(), frozenset({long}), frozenset(), frozenset())).emails[long]
    assert [email.activityid for email in found] == [newer.pk, older.pk]


def test_a_token_means_the_newest_email_that_left() -> None:
    stored(1, tracking_token="CRM:0001001", direction_code=True, statuscode=EmailStatus.SENT)
    newest = stored(
        2, tracking_token="CRM:0001001", direction_code=True, statuscode=EmailStatus.SENT
    )
    stored(3, tracking_token="CRM:0001001", direction_code=True, statecode=0, statuscode=1)
    found = answer(Questions(frozenset(), frozenset(), frozenset({"CRM:0001001"}), frozenset()))
    assert found.tokens["CRM:0001001"].activityid == newest.pk


def test_a_user_sees_what_is_theirs_by_any_of_the_ways(anna: SystemUser, queue: Queue) -> None:
    set_members(queue, [anna])
    owned = stored(1, owner=anna)
    party, of_queue, in_queue, strange = (stored(number) for number in range(2, 6))
    ActivityParty.objects.create(email=party, participation=2, address_used="x", systemuser=anna)
    ActivityParty.objects.create(email=of_queue, participation=2, address_used="x", queue=queue)
    QueueItem.objects.create(queue=queue, email=in_queue, entered_on=NOW)
    grant([owned.pk, party.pk, of_queue.pk, in_queue.pk, strange.pk])
    seen = account(anna)
    assert set(visible_emails(seen)) == {owned, party, of_queue, in_queue}
    assert may_read_body(seen, party)
    assert not may_read_body(seen, strange)
    administrator = account(None, Role.ADMINISTRATOR)
    assert visible_emails(administrator).count() == 5
    assert not may_read_body(administrator, party)
    assert not visible_emails(account(None)).exists()


def test_a_draft_has_parties_records_and_a_name_for_life(anna: SystemUser) -> None:
    clara = create_contact("Clara", "Client", email_address1="clara@customer.example")
    draft = create_draft(
        Written(
            to='"Client, Clara" <Clara@Customer.Example>; bob@elsewhere.example',
            cc="clara@customer.example",
            subject="Hello",
            text="Hi",
        ),
        sender=anna,
        owner=anna,
        regarding=clara,
    )
    parties = [(party.participation, party.contact) for party in draft.parties.all()]
    assert parties == [
        (Participation.SENDER, None),
        (Participation.TO, clara),
        (Participation.TO, None),
    ]
    assert draft.message_id.endswith("@example.com>")
    changed = update_draft(draft, Written(to="eve@elsewhere.example", subject="Bye", text="x"))
    assert (changed.message_id, changed.subject) == (draft.message_id, "Bye")
    assert changed.parties.count() == 2


@pytest.mark.parametrize("field", ["to", "cc", "bcc"])
def test_what_is_no_address_is_named(anna: SystemUser, field: str) -> None:
    written = Written(**{"to": "a@b.example", "subject": "", "text": "", field: "not an address"})  # type: ignore[arg-type]
    with pytest.raises(ValidationError) as refused:
        create_draft(written, sender=anna, owner=anna)
    assert list(refused.value.message_dict) == [field]
    assert not Email.objects.exists()


def test_what_is_on_its_way_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        update_draft(stored(1), Written(to="a@b.example", subject="", text=""))


def test_a_reply_comes_from_the_queue_that_took_the_email(anna: SystemUser, queue: Queue) -> None:
    email = stored(1, accepting_queue=queue, subject="RE: order", description="ten")
    ActivityParty.objects.create(
        email=email, participation=1, address_used="clara@customer.example"
    )
    reply = reply_draft(email, account(anna))
    assert (reply.sender, reply.subject) == ("orders@example.com", "RE: order")
    assert (reply.correlated_activity, reply.owner) == (email, anna)
    assert reply.to_recipients == "clara@customer.example"
