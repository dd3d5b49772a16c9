"""A forward mailbox: what was attached is tracked for whom it was forwarded, and nothing else."""

from collections.abc import Sequence

import pytest
from django.db import DatabaseError, connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import MORNING, Letter, MemoryFolder

from passerelle.crm import services as crm
from passerelle.crm.models import ActivityMimeAttachment, Email
from passerelle.engine.services import Killed, crash_points
from passerelle.faults import Secret
from passerelle.faults.mail.cycles import ForwardedInline, ForwarderNotSet, MessageRefusedByStore
from passerelle.faults.mailboxes import NotApproved
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.models.choices import AccessApproval, DeliveryMethod
from passerelle.sync.models import Place, Quarantine
from passerelle.sync.services import decision_of, take_anyway, try_again
from passerelle.tracking import Reason

pytestmark = [pytest.mark.django_db, pytest.mark.database]
HERE = "forward@example.com"


class Collector:
    """A company in which Anna forwards to a forward mailbox."""

    def __init__(self, company: Company) -> None:
        self.company = company
        made = mailboxes.create_forward_mailbox("Collector", HERE)
        Mailbox.objects.filter(pk=made.pk).update(
            profile=company.profile,
            allow_credentials=True,
            process_email_received_after=MORNING,
            approval=AccessApproval.APPROVED,
            enabled_for_incoming=True,
            enabled_on=timezone.now(),
        )
        mailboxes.set_mailbox_password(company.fresh(made), None, "collector", Secret("a-password"))
        company.world.folders["collector"] = MemoryFolder()
        self.mailbox = company.fresh(made)
        Mailbox.objects.filter(pk=company.anna.pk).update(
            incoming_method=DeliveryMethod.FORWARD, enabled_for_incoming=False
        )

    @property
    def inbox(self) -> MemoryFolder:
        return self.company.world.folders["collector"]

    def receives(self, *letters: bytes) -> None:
        for letter in letters:
            self.inbox.deliver(letter)
        self.company.read(self.mailbox)

    def emails(self) -> list[str]:
        return sorted(Email.objects.values_list("subject", flat=True))


@pytest.fixture
def collector(company: Company) -> Collector:
    return Collector(company)


def forwarded(*inner: bytes, sender: str = "anna@example.com", to: str = HERE) -> bytes:
    """What a rule "forward as attachment" makes."""
    mark = f"fw{sum(map(len, inner))}"  # another one for what is within another
    head = (
        f"From: {sender}\r\nTo: {to}\r\nSubject: Fwd\r\nMessage-ID: <{mark}@example.com>\r\n"
        "Date: Mon, 02 Mar 2026 10:00:00 +0000\r\n"
        f"Content-Type: multipart/mixed; boundary={mark}\r\n\r\n"
    )
    part = f"--{mark}\r\nContent-Type: message/rfc822\r\n\r\n".encode()
    return head.encode() + b"".join(part + one for one in inner) + f"--{mark}--\r\n".encode()


def letter(number: int, **changes: object) -> bytes:
    return bytes(Letter(number, subject=f"Order {number}").but(**changes))


def test_what_was_attached_becomes_the_forwarders_email(collector: Collector) -> None:
    collector.receives(forwarded(letter(1)))
    email = Email.objects.get()
    assert (email.subject, email.sender) == ("Order 1", "clara@customer.example")
    assert email.accepting_user == email.owner == collector.company.anna.systemuser
    place = Place.objects.get()
    assert (place.mailbox, place.forwarder) == (collector.mailbox, collector.company.anna)
    assert place.part == "1"


def test_blind_copies_and_lists_count_for_the_forwarder(collector: Collector) -> None:
    collector.receives(forwarded(letter(1, to="list@customer.example")))
    assert Email.objects.get().accepting_user == collector.company.anna.systemuser


def test_several_at_once_are_each_an_email(collector: Collector) -> None:
    collector.receives(forwarded(letter(1), letter(2), letter(3)))
    assert collector.emails() == ["Order 1", "Order 2", "Order 3"]
    assert sorted(Place.objects.values_list("part", flat=True)) == ["1", "2", "3"]


def test_a_message_attached_by_the_customer_stays_an_attachment(collector: Collector) -> None:
    inner = forwarded(letter(7), sender="clara@customer.example", to="anna@example.com")
    collector.receives(forwarded(inner))
    assert collector.emails() == ["Fwd"]
    assert ActivityMimeAttachment.objects.get().mimetype == "message/rfc822"


def test_what_was_forwarded_here_twice_is_unwrapped_twice(collector: Collector) -> None:
    collector.receives(forwarded(forwarded(letter(1))))
    assert collector.emails() == ["Order 1"]
    assert Place.objects.get().part == "1/1"


def test_rules_that_forward_to_one_another_end(collector: Collector) -> None:
    wrapped = letter(1)
    for _ in range(12):
        wrapped = forwarded(wrapped)
    collector.receives(wrapped)
    assert Place.objects.count() == 1


def test_the_same_message_forwarded_by_two_is_one_email(collector: Collector) -> None:
    Mailbox.objects.filter(pk=collector.company.orders.pk).update(
        incoming_method=DeliveryMethod.FORWARD, enabled_for_incoming=False
    )
    collector.receives(
        forwarded(letter(1)), forwarded(letter(1), sender="orders@example.com"), letter(9)
    )
    assert collector.emails() == ["Order 1"]


def test_a_stranger_is_ignored_and_nothing_of_the_text_is_kept(collector: Collector) -> None:
    collector.receives(forwarded(letter(1), sender="eve@evil.example"))
    place = Place.objects.get()
    assert (place.reason, place.sender) == (Reason.FORWARDER_UNKNOWN, "eve@evil.example")
    assert "no user or queue that forwards" in decision_of(place)
    assert not Email.objects.exists()
    assert not Quarantine.objects.exists()


def test_a_forward_in_the_text_is_refused_with_its_remedy(collector: Collector) -> None:
    collector.receives(letter(1, sender="anna@example.com"), forwarded(letter(2)))
    refused = Quarantine.objects.get()
    assert refused.code == ForwardedInline.code
    assert "as an attachment" in decision_of(refused.place) + ForwardedInline.remedy
    assert collector.emails() == ["Order 2"]
    take_anyway(refused, "admin")
    assert collector.emails() == ["Order 1", "Order 2"]


def test_who_is_not_set_to_forward_waits_for_it(collector: Collector) -> None:
    anna = Mailbox.objects.filter(pk=collector.company.anna.pk)
    anna.update(incoming_method=DeliveryMethod.SERVER_SIDE)
    collector.receives(forwarded(letter(1), letter(2)))
    waiting = Quarantine.objects.get()
    assert waiting.code == ForwarderNotSet.code
    assert try_again(waiting, "admin").state == "waiting"
    anna.update(incoming_method=DeliveryMethod.FORWARD)
    assert try_again(waiting, "admin").state == "again"
    assert collector.emails() == ["Order 1", "Order 2"]
    assert Place.objects.get(pk=waiting.pk).reason == Reason.UNPACKED


def test_an_address_that_nobody_approved_shows_no_mail(collector: Collector) -> None:
    Mailbox.objects.filter(pk=collector.company.anna.pk).update(approval=AccessApproval.PENDING)
    collector.receives(forwarded(letter(1)))
    assert Quarantine.objects.get().code == NotApproved.code
    assert not Email.objects.exists()


def test_one_forwards_from_ones_address_and_from_ones_alias(collector: Collector) -> None:
    anna = collector.company.anna.systemuser
    assert anna is not None
    crm.add_alias(anna, "a.bell@example.com", "admin")
    collector.receives(forwarded(letter(1)), forwarded(letter(22), sender="a.bell@example.com"))
    assert collector.emails() == ["Order 1", "Order 22"]


@pytest.mark.parametrize("wanted", [True, False])
def test_one_forwards_from_a_tagged_address_where_that_counts(
    collector: Collector, wanted: bool
) -> None:
    mailboxes.save_tracking_rules({"plus_addresses": wanted}, by="zoe")
    collector.receives(forwarded(letter(1), sender="anna+rule@example.com"))
    assert collector.emails() == (["Order 1"] if wanted else [])


def test_what_is_forwarded_was_delivered_to_its_forwarder_whatever_it_says(
    collector: Collector,
) -> None:
    """The fields within are as the forwarder's rule, or anybody, wrote them."""
    mailboxes.update_profile(collector.company.profile, trusted_delivery="Delivered-To")
    within = b"Delivered-To: orders@example.com\r\nReceived: by x\r\n" + letter(1)
    collector.receives(forwarded(within))
    email = Email.objects.get()
    assert email.accepting_user == collector.company.anna.systemuser
    assert not email.queue_items.exists()


def test_an_alias_that_waits_forwards_nothing(collector: Collector) -> None:
    anna = collector.company.anna.systemuser
    assert anna is not None
    crm.ask_alias(anna, "a.bell@example.com", "anna")
    collector.receives(forwarded(letter(1), sender="a.bell@example.com"))
    assert collector.emails() == []
    assert Place.objects.get().reason == Reason.FORWARDER_UNKNOWN


def test_one_bad_message_within_stops_neither_neighbour(collector: Collector) -> None:
    collector.receives(forwarded(letter(1), b"\r\n", letter(3)))
    assert collector.emails() == ["Order 1", "Order 3"]
    assert Quarantine.objects.get().place.part == "2"


def test_one_that_waits_in_quarantine_keeps_its_forwarder(collector: Collector) -> None:
    collector.receives(forwarded(b"\r\n"))
    taken = take_anyway(Quarantine.objects.get(), "admin")
    assert taken.place.forwarder == collector.company.anna
    assert Email.objects.count() == 1


@pytest.mark.thorough
@pytest.mark.parametrize("point", ["incoming.in-transaction", "incoming.before-commit"])
def test_killed_within_several_none_is_lost_or_doubled(collector: Collector, point: str) -> None:
    collector.inbox.deliver(forwarded(letter(1), letter(2)))
    with crash_points.kill_at(point), pytest.raises(Killed):
        collector.company.read(collector.mailbox)
    collector.company.read(collector.mailbox)
    assert collector.emails() == ["Order 1", "Order 2"]


def test_what_one_message_carried_is_never_parted(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database refuses a row of the second message of the first forward."""
    load = crm.load_rows

    def refusing(rows: Sequence[Model]) -> None:
        if any(isinstance(row, Email) and row.subject == "Order 2" for row in rows):
            raise DatabaseError
        load(rows)

    monkeypatch.setattr(crm, "load_rows", refusing)
    collector.receives(forwarded(letter(1), letter(2)), forwarded(letter(3), letter(4)))
    assert collector.emails() == ["Order 3", "Order 4"]
    assert set(Quarantine.objects.values_list("code", flat=True)) == {MessageRefusedByStore.code}
    assert Quarantine.objects.count() == 2


def test_unpacking_costs_a_constant_number_of_queries(collector: Collector) -> None:
    def queries(first: int, count: int) -> int:
        for number in range(first, first + count):
            collector.inbox.deliver(forwarded(letter(number)))
        with CaptureQueriesContext(connection) as captured:
            collector.company.read(collector.mailbox)
        return len(captured)

    few = queries(1, 2)
    assert queries(10, 40) <= few
