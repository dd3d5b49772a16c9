"""The table of readers against the rule that it replaced, over whatever happens to mail.

Each change goes through the services that pages and cycles call, in any order; after each of them
everybody sees what the old rule, which asked the records themselves, would have shown.
"""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import TypeVar

import pytest
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone
from tests.unit.sync.conftest import Company, company
from tests.unit.sync.memory import Letter

from passerelle.crm.models import (
    ActivityParty,
    Email,
    Queue,
    QueueItem,
    QueueMembership,
    SignInAccount,
    SystemUser,
)
from passerelle.crm.models.mail.emails import EmailStatus
from passerelle.crm.models.people import Role
from passerelle.crm.queue_items import reopen, route
from passerelle.crm.readers import Way, differences, newest_seen
from passerelle.crm.services import (
    Written,
    create_draft,
    create_sign_in,
    discard_draft,
    reply_draft,
    set_members,
    update_draft,
    visible_emails,
)
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import Mailbox
from passerelle.sync.models import Place
from passerelle.upkeep.retention import rules

pytestmark = [pytest.mark.django_db, pytest.mark.database]
__all__ = ["company"]
Row = TypeVar("Row", bound=Model)
ADDRESSES = ("anna@example.com", "bob@example.com", "orders@example.com", "late@example.com")


def old_rule(user: SystemUser) -> QuerySet[Email]:
    """Who saw which email before there was a table of it."""
    queues = QueueMembership.objects.filter(systemuser=user).values("queue")
    party = ActivityParty.objects.filter(email=OuterRef("pk"))
    place = Place.objects.filter(email=OuterRef("pk"))
    return Email.objects.filter(
        Q(owner=user)
        | Q(accepting_user=user)
        | Q(accepting_queue__in=queues)
        | Exists(party.filter(systemuser=user))
        | Exists(party.filter(queue__in=queues))
        | Exists(QueueItem.objects.filter(email=OuterRef("pk"), queue__in=queues))
        | Exists(place.filter(mailbox__systemuser=user))
        | Exists(place.filter(mailbox__queue__in=queues))
    )


class World:
    """The company, a colleague, one whose address is not approved yet, and a second queue."""

    def __init__(self, company: Company, random: Random) -> None:
        self.company, self.random = company, random
        bob = mailboxes.create_user_with_mailbox("Bob", "bob@example.com")
        box = company.enable(Mailbox.objects.get(systemuser=bob), "bob")
        self.boxes = [
            (company.anna, company.inbox),
            (company.orders, company.orders_inbox),
            (box, company.world.folders["bob"]),
        ]
        mailboxes.create_user_with_mailbox("Late", "late@example.com")
        mailboxes.create_queue_with_mailbox("Support", "support@example.com")
        self.accounts = [
            create_sign_in(f"u{number}", Role.USER, systemuser=user)
            for number, user in enumerate(SystemUser.objects.order_by("pk"))
        ]

    def mail_arrives(self) -> None:
        """In one mailbox or two, to somebody, or to nobody who is known here."""
        to = ", ".join(self.random.sample((*ADDRESSES, "list@lists.example"), 2))
        letter = bytes(Letter(to=to, message_id=f"<{self.random.random()}@customer.example>"))
        for mailbox, inbox in self.random.sample(self.boxes, self.random.choice((1, 2))):
            inbox.deliver(letter)
            self.company.read(mailbox)

    def a_letter_is_begun(self) -> None:
        writers: list[SystemUser | Queue] = [*SystemUser.objects.all(), *Queue.objects.all()]
        sender = self.random.choice(writers)
        create_draft(self.written(), sender=sender, owner=self.user())

    def a_letter_is_changed(self) -> None:
        for draft in self.emails(statuscode=EmailStatus.DRAFT):
            update_draft(draft, self.written())

    def a_letter_is_thrown_away(self) -> None:
        for draft in self.emails(statuscode=EmailStatus.DRAFT):
            discard_draft(draft)

    def mail_is_answered(self) -> None:
        for email in self.emails(statuscode=EmailStatus.RECEIVED):
            reply_draft(email, self.random.choice(self.accounts))

    def an_item_goes_to_another_queue(self) -> None:
        for item in self.some(QueueItem.objects.order_by("pk")):
            if item.statecode:
                reopen(item)
            route(item, self.random.choice(Queue.objects.exclude(pk=item.queue_id)))

    def other_people_work_in_a_queue(self) -> None:
        members = self.random.sample(list(SystemUser.objects.order_by("pk")), 2)
        set_members(self.random.choice(Queue.objects.order_by("pk")), members)

    def an_address_is_approved(self) -> None:
        mailboxes.approve(Mailbox.objects.values_list("pk", flat=True), by="test")

    def an_approval_is_taken_back(self) -> None:
        late = Mailbox.objects.filter(email_address="late@example.com")
        mailboxes.reject(late.values_list("pk", flat=True), by="test")

    def old_decisions_go(self) -> None:
        Place.objects.update(decided_on=timezone.now() - timedelta(days=9))
        rule = next(one for one in rules.RULES if one.field == "ignored_days")
        rule.remove(timezone.now() + timedelta(days=1))

    def an_email_is_removed(self) -> None:
        for email in self.emails():
            email.delete()

    def user(self) -> SystemUser:
        return self.random.choice(SystemUser.objects.order_by("pk"))

    def written(self) -> Written:
        return Written(to=self.random.choice(ADDRESSES), subject="Offer", text="Ten.")

    def emails(self, **which: object) -> list[Email]:
        """One of them, if there is one."""
        return self.some(Email.objects.filter(**which).order_by("pk"))

    def some(self, rows: QuerySet[Row]) -> list[Row]:
        found = list(rows)
        return [self.random.choice(found)] if found else []

    def changes(self) -> list[Callable[[], None]]:
        return [
            self.mail_arrives, self.mail_arrives, self.a_letter_is_begun,
            self.a_letter_is_changed, self.a_letter_is_thrown_away, self.mail_is_answered,
            self.an_item_goes_to_another_queue, self.other_people_work_in_a_queue,
            self.an_address_is_approved, self.an_approval_is_taken_back, self.old_decisions_go,
            self.an_email_is_removed,
        ]  # fmt: skip


def sees_the_same(account: SignInAccount) -> None:
    assert account.systemuser is not None
    wanted = list(old_rule(account.systemuser).order_by("-created_on", "-pk"))
    assert set(visible_emails(account)) == set(wanted)
    assert newest_seen(account, Email.objects.all(), Way(), 1_000) == wanted


@pytest.mark.parametrize("seed", range(6))
def test_everybody_sees_what_the_records_say(company: Company, seed: int) -> None:
    world = World(company, Random(seed))
    world.mail_arrives()
    for change in world.random.choices(world.changes(), k=12):
        change()
        for account in world.accounts:
            sees_the_same(account)
        assert not differences()
