"""The steps of `bench.million`, each in a process of its own.

`fill EMAILS`, `pages PERSON [TURNS]`.
"""

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

import django
from django.core.management import call_command
from django.db import connection, transaction

from bench.made_up import (
    EMAILS_OF_FEW,
    FROM,
    QUEUES,
    UNTIL,
    USERS,
    Made,
    correspondence,
    customers_of,
    words,
)
from bench.mailboxes import TURNS, measured
from bench.measure import scheduled_seconds
from bench.steps.analyzing import analyze
from bench.steps.asking import asking_as
from bench.steps.multiplying import multiply
from passerelle.configuration import ensure_keys, load_config
from passerelle.guids import first_guid_of

if TYPE_CHECKING:
    from passerelle.crm.models import (
        ActivityMimeAttachment,
        ActivityParty,
        Email,
        Queue,
        SignInAccount,
        SystemUser,
    )

BATCH = 5_000  # emails a transaction
AT_ONCE = 2_000  # emails that are indexed in one step
COPIED_FROM, COPIES = 500_000, 50  # so many emails are made of a fiftieth of them
FEW, BUSY, ADMINISTRATOR = "few", "busy", "bench"
SIGN_INS = {
    "administrator": ADMINISTRATOR,
    "member of a busy queue": BUSY,
    "user with 200 emails": FEW,
}


def fill(emails: str) -> None:
    """The company, its customers and their mail, with readers and the index of words."""
    from passerelle.crm.models import Email
    from passerelle.crm.search import index_some

    call_command("migrate", verbosity=0)
    if Email.objects.exists():
        return
    times = COPIES if int(emails) >= COPIED_FROM else 1
    count = int(emails) // times
    people = _People(count)
    made = correspondence(count, of_few=EMAILS_OF_FEW // times)
    while batch := list(islice(made, BATCH)):
        people.store(batch)
    while index_some(AT_ONCE):
        pass
    if times > 1:
        multiply(times, (UNTIL - FROM) / count)
    analyze()


class _People:
    """Those who write, and the rows of what they wrote."""

    def __init__(self, emails: int) -> None:
        from passerelle.crm.models.people import Role
        from passerelle.crm.services import create_sign_in, create_user, set_members
        from passerelle.faults import Secret

        self.queues = _queues()
        self.users = [*_users(), create_user("Few", "few@bench.example")]
        self.customers = _customers(customers_of(emails))
        busy = create_user("Busy", "busy@bench.example")
        set_members(self.queues[0], [busy])
        password = Secret("only for measurements")
        create_sign_in(ADMINISTRATOR, Role.ADMINISTRATOR, password=password)
        create_sign_in(FEW, Role.USER, password=password, systemuser=self.users[USERS])
        create_sign_in(BUSY, Role.USER, password=password, systemuser=busy)
        self.keys: dict[int, UUID] = {}  # of the emails that a later one may answer

    def store(self, batch: Sequence[Made]) -> None:
        """Everything that recording these would have written, but for the raw messages."""
        from passerelle.crm import services as crm
        from passerelle.crm.models import QueueItem
        from passerelle.crm.readers import grant
        from passerelle.crm.search import ask_to_index

        for one in batch:
            self.keys[one.number] = UUID(int=first_guid_of(one.moment).int + one.number)
        emails = [self._email(one) for one in batch]
        with transaction.atomic():
            crm.load_rows(emails)
            crm.load_rows([row for one in batch for row in self._parties(one)])
            crm.load_rows([self._file(one) for one in batch if one.has_file])
            items = [
                crm.new_row(
                    QueueItem,
                    queue_id=self.queues[one.queue].pk,
                    email_id=self.keys[one.number],
                    entered_on=one.moment,
                    statecode=int(one.number % 50 > 0),
                )
                for one in batch
                if one.queue is not None
            ]
            crm.load_rows(items)
            grant([email.pk for email in emails])
            ask_to_index([email.pk for email in emails])

    def _email(self, one: Made) -> "Email":
        from passerelle.crm import services as crm
        from passerelle.crm.models import Email
        from passerelle.crm.models.mail.emails import CorrelationState, EmailState, EmailStatus

        key = self.keys[one.number]
        customer, user = self.customers[one.customer], self.users[one.user]
        ends = [user.internal_email_address, customer.address]
        return crm.new_row(
            Email,
            activity_id=key,
            subject=one.subject if one.answers is None else f"Re: {one.subject}",
            description=one.text,
            direction_code=one.is_sent,
            statecode=EmailState.COMPLETED,
            statuscode=EmailStatus.SENT if one.is_sent else EmailStatus.RECEIVED,
            message_id=f"<{key}@bench.example>",
            sender=ends[not one.is_sent],
            to_recipients=ends[one.is_sent],
            sent_on=one.moment,
            created_on=one.moment,
            correlated_activity_id=None if one.answers is None else self.keys[one.answers],
            correlation_state=CorrelationState.NONE
            if one.answers is None
            else CorrelationState.SURE,
            regarding_contact_id=customer.key,
            owner_id=user.pk,
            attachment_count=int(one.has_file),
            identity=key.bytes * 2,
            text_digest=b"t" * 32,
        )

    def _parties(self, one: Made) -> "Iterable[ActivityParty]":
        from passerelle.crm import services as crm
        from passerelle.crm.models import ActivityParty
        from passerelle.crm.models.mail.emails import Participation

        customer, user = self.customers[one.customer], self.users[one.user]
        roles = (Participation.SENDER, Participation.TO)
        of_user, of_customer = roles if one.is_sent else roles[::-1]
        key = self.keys[one.number]
        yield crm.new_row(
            ActivityParty,
            email_id=key,
            participation=int(of_customer),
            address_used=customer.address,
            created_on=one.moment,
            contact_id=customer.key,
        )
        yield crm.new_row(
            ActivityParty,
            email_id=key,
            participation=int(of_user),
            address_used=user.internal_email_address,
            created_on=one.moment,
            systemuser_id=user.pk,
        )

    def _file(self, one: Made) -> "ActivityMimeAttachment":
        from passerelle.crm import services as crm
        from passerelle.crm.models import ActivityMimeAttachment

        return crm.new_row(
            ActivityMimeAttachment,
            email_id=self.keys[one.number],
            number=1,
            filename=f"{one.subject.split()[0]}.pdf",
            mimetype="application/pdf",
            filesize=68_000,
            part="2",
            digest="0" * 64,
        )


def _users() -> "list[SystemUser]":
    from passerelle.crm.services import create_user

    return [create_user(f"User {one}", f"user{one}@bench.example") for one in range(USERS)]


def _queues() -> "list[Queue]":
    from passerelle.crm.services import create_queue

    return [create_queue(f"Queue {one}", f"queue{one}@bench.example") for one in range(QUEUES)]


class _Customer(NamedTuple):
    key: UUID
    address: str


def _customers(count: int) -> list[_Customer]:
    """With their addresses."""
    from passerelle.crm.models import Contact
    from passerelle.crm.services import add_customers

    made = []
    for start in range(0, count, BATCH):
        batch = [
            Contact(
                first_name="Zoé",
                last_name=f"Lefèvre {one}",
                email_address1=f"zoe{one}@customer{one % 5000}.example",
            )
            for one in range(start, min(start + BATCH, count))
        ]
        with transaction.atomic():
            add_customers(batch)
        made += [_Customer(one.pk, one.email_address1) for one in batch]
    return made


def pages(person: str, turns: str = str(TURNS)) -> None:
    """Seconds of each page, as JSON. On PostgreSQL its CPU is counted, too, but for helpers'."""
    from passerelle.crm.models import SignInAccount

    account = SignInAccount.objects.get(username=SIGN_INS[person])
    ask = asking_as(account)
    print(
        json.dumps(
            {
                name: measured(
                    lambda address=address: ask(address),  # type: ignore[misc]
                    _database_seconds,
                    turns=int(turns),
                )
                for name, address in _addresses(account).items()
            }
        )
    )


def _database_seconds() -> float:
    """CPU of the server's process for this connection; SQLite's is ours."""
    if connection.vendor != "postgresql":
        return 0.0
    return scheduled_seconds(connection.connection.info.backend_pid)


def _addresses(account: "SignInAccount") -> dict[str, str]:
    from passerelle.crm.models import Email
    from passerelle.crm.readers import Way, newest_seen
    from passerelle.web.lists.searching import newest_page

    seen = newest_seen(account, Email.objects.all(), Way(), EMAILS_OF_FEW)
    older = Email.objects.filter(created_on__lte=seen[len(seen) // 2].created_on)
    deep = newest_page(account, older, {}).after
    vocabulary = words()
    return {
        "first page": "/",
        "emails": "/emails/",
        "… deep": f"/emails/?after={deep}",
        "… sent": "/emails/?box=sent",
        "… drafts": "/emails/?box=drafts",
        "… with attachments": "/emails/?files=1",
        "search: the most frequent word": f"/emails/?q={vocabulary[0]}",
        "search: two frequent words": f"/emails/?q={vocabulary[5]}+{vocabulary[9]}",
        "search: a rare word": f"/emails/?q={vocabulary[40_000]}",
        "search: two letters": f"/emails/?q={vocabulary[0][:2]}",
        "search: no such word": "/emails/?q=zzzz",
        "quick search": f"/search/?q={vocabulary[5]}",
        "one email and its conversation": f"/emails/{seen[0].pk}/",
        **_addresses_of_records(account),
    }


def _addresses_of_records(account: "SignInAccount") -> dict[str, str]:
    """Pages of those who have the most mail; customers are numbered by it."""
    from passerelle.crm.models import Contact, Queue

    customer = Contact.objects.get(fullname=_customer_name(0))
    found = {
        "the strip above each page": "/status/",
        "contacts": "/contacts/",
        "the customer with the most mail": f"/contacts/{customer.pk}/",
        "where is my mail: that customer": f"/mail/where/?q={customer.email_address1}",
        "desks of the queues": "/desk/",
    }
    if not account.is_administrator:
        return found
    queue = Queue.objects.get(email_address="queue0@bench.example")
    return {
        **found,
        "emails of the busy queue": f"/emails/?queue={queue.pk}",
        "the busy queue": f"/queues/{queue.pk}/",
        "what is finished in it": f"/desk/{queue.pk}/?show=done",
        "the busiest user": f"/users/{_busiest_user()}/",
        "closed alerts": "/alerts/?box=closed",
        "audit, one kind of act": "/audit/?what=email.read",
    }


def _busiest_user() -> UUID:
    from passerelle.crm.models import SystemUser

    return SystemUser.objects.get(internal_email_address="user0@bench.example").pk


def _customer_name(number: int) -> str:
    return f"Zoé Lefèvre {number}"


STEPS: dict[str, Callable[..., None]] = {"fill": fill, "pages": pages}

if __name__ == "__main__":
    ensure_keys(load_config().key_file)
    django.setup()
    STEPS[sys.argv[1]](*sys.argv[2:])
