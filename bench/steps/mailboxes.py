"""The steps of `bench.mailboxes`, each in a process of its own: `… STEP [MAILBOXES EMAILS]`."""

import json
import random
import select
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django
from django.core.management import call_command

from bench.mailboxes import BATCH, PAGES, measured, timed
from bench.steps.asking import asking_as
from passerelle.configuration import ensure_keys, load_config

QUEUES = 200
NAMES = ("Anna", "Bert", "Hélène", "Søren", "Chloé", "Dirk", "Ève", "Farid")


def prepare(mailboxes: str, emails: str) -> None:
    """Everybody with a mailbox, enabled and due; their mail; some alerts and failed runs."""
    from passerelle.crm.models.people import Role
    from passerelle.crm.services import create_sign_in
    from passerelle.faults import Secret
    from passerelle.mailboxes import services
    from passerelle.mailboxes.models.choices import CredentialRetrieval, Direction
    from passerelle.mailboxes.models.choices import ProcessEmailUsing as Using

    call_command("migrate", verbosity=0)
    create_sign_in("bench", Role.ADMINISTRATOR, password=Secret("only for measurements"))
    profile = services.create_profile(
        "Bench",
        incoming_location="imap.bench.example",
        outgoing_location="smtp.bench.example",
        incoming_credential_retrieval=CredentialRetrieval.PROFILE,
        outgoing_credential_retrieval=CredentialRetrieval.ANONYMOUS,
    )
    secret = Secret("only for measurements")
    profile = services.set_profile_password(profile, Direction.INCOMING, "bench", secret)
    users = _people(int(mailboxes), profile)
    services.switch_processing(Using.SERVER_SIDE_SYNCHRONIZATION, by="bench")
    _troubles()
    for _ in range(int(emails) // 1000):
        _record(users, 1000)


def _people(mailboxes: int, profile: Any) -> list[Any]:
    """Users and queues with their mailboxes: one in nine is new, one in two hundred failed."""
    from passerelle.crm.models import Queue, SystemUser
    from passerelle.mailboxes.models import Mailbox

    users = [
        SystemUser(
            fullname=f"{NAMES[number % len(NAMES)]} Person {number}",
            internal_email_address=f"person{number}@bench.example",
            tracking_number=number,
        )
        for number in range(mailboxes - QUEUES)
    ]
    queues = [
        Queue(name=f"Queue {n}", email_address=f"queue{n}@bench.example", tracking_number=10**6 + n)
        for n in range(QUEUES)
    ]
    SystemUser.objects.bulk_create(users, batch_size=500)
    Queue.objects.bulk_create(queues)
    boxes = [
        Mailbox(name=one.fullname, email_address=one.internal_email_address, systemuser=one)
        for one in users
    ]
    boxes += [Mailbox(name=one.name, email_address=one.email_address, queue=one) for one in queues]
    for number, box in enumerate(boxes):
        box.profile, box.incoming_method, box.outgoing_method = profile, 2, 2
        box.approval, box.incoming_status = (2, 0) if number % 9 == 0 else (1, 1)
        box.enabled_for_incoming = box.enabled_for_outgoing = number % 9 != 0
        box.incoming_status = 2 if number % 200 == 1 else box.incoming_status
    Mailbox.objects.bulk_create(boxes, batch_size=300)
    return users


def _troubles() -> None:
    from passerelle.alerts.services import SubjectKind, record
    from passerelle.engine.models import Work
    from passerelle.faults.mailboxes import PasswordMissing

    failing = list(Work.objects.filter(kind="incoming")[:200])
    Work.objects.filter(pk__in=[one.pk for one in failing]).update(last_code="PSR-NET-001")
    for one in failing:
        record(SubjectKind.MAILBOX, one.key, "incoming", PasswordMissing(owner="Bench"))


def _record(users: list[Any], count: int) -> None:
    """Emails with two parties each, in one transaction."""
    from django.db import transaction
    from django.utils import timezone

    from passerelle.crm.models import ActivityParty, Email
    from passerelle.crm.models.mail.emails import EmailState, EmailStatus, Participation
    from passerelle.crm.readers import grant
    from passerelle.guids import new_guid

    now = timezone.now()
    emails, parties = [], []
    for _ in range(count):
        key, owner = new_guid(), random.choice(users)
        email = Email(
            activity_id=key,
            subject="A lamp for the hall",
            description="We would like to order a lamp for the hall of our house. " * 10,
            statecode=EmailState.COMPLETED,
            statuscode=EmailStatus.RECEIVED,
            message_id=f"<{key}@customer.example>",
            sender="carla@customer.example",
            to_recipients=owner.internal_email_address,
            created_on=now,
            sent_on=now,
            owner=owner,
            identity=key.bytes * 2,
            text_digest=b"t" * 32,
        )
        emails.append(email)
        sender = {"participation": Participation.SENDER, "address_used": email.sender}
        to = {"participation": Participation.TO, "address_used": email.to_recipients}
        parties.append(ActivityParty(email=email, **sender))
        parties.append(ActivityParty(email=email, systemuser=owner, **to))
    with transaction.atomic():
        Email.objects.bulk_create(emails, batch_size=500)
        ActivityParty.objects.bulk_create(parties, batch_size=500)
        grant([email.pk for email in emails])


def record_mail() -> None:
    """Record without a pause until standard input ends; say how many."""
    from passerelle.crm.models import SystemUser

    users = list(SystemUser.objects.all()[:1000])
    print("ready", flush=True)
    count = 0
    while not select.select([sys.stdin], [], [], 0)[0]:
        _record(users, BATCH)
        count += BATCH
    print(count)


def pages() -> None:
    """Seconds of each page, as JSON."""
    from passerelle.crm.models import SignInAccount
    from passerelle.mailboxes.models import Mailbox
    from passerelle.web.lists.paging import Order, page_of

    ask = asking_as(SignInAccount.objects.get(username="bench"))
    names = Mailbox.objects.order_by("name", "pk")[30_000:30_050] or Mailbox.objects.all()[:50]
    cursor = page_of(Mailbox.objects.filter(name__gte=names[0].name), Order("name"), {}).after

    figures = {
        name: measured(lambda address=address: ask(address.format(cursor=cursor)))  # type: ignore[misc]
        for name, address in PAGES.items()
    }
    print(json.dumps(figures))


def restart() -> None:
    """What a restart does, and what asking for everything anew would take."""
    from django.db.models.functions import Now

    from passerelle.engine.leases.claiming import claim
    from passerelle.engine.models import Work, Worker
    from passerelle.engine.services import run_due
    from passerelle.engine.working.workers import enlist, remove_dead
    from passerelle.mailboxes.bulk import services as bulk
    from passerelle.mailboxes.choosing.services import Wanted
    from passerelle.mailboxes.models import Mailbox
    from passerelle.mailboxes.models.bulk import BulkKind
    from passerelle.mailboxes.services import schedule

    dead = enlist()
    Worker.objects.update(heartbeat_on=Now() - timedelta(hours=1))
    due = list(Work.objects.filter(due_on__isnull=False)[:2000].values_list("pk", flat=True))
    Work.objects.filter(pk__in=due).update(worker_id=dead)
    alive: list[Any] = []

    def go_on() -> None:
        remove_dead()
        alive.append(enlist())
        assert claim(alive[0], 32)

    figures = {"restart: free dead leases, first claim": [timed(go_on)]}
    Worker.objects.all().delete()
    Work.objects.all().delete()
    figures["ask for all mailboxes from nothing"] = [timed(lambda: schedule(Mailbox.objects.all()))]
    figures["ask for all mailboxes again"] = [timed(lambda: schedule(Mailbox.objects.all()))]
    everybody = bulk.Selection(wanted=Wanted())
    change = bulk.Change(BulkKind.REJECT)
    figures["start a bulk action over all"] = [
        timed(lambda: bulk.start(everybody, change, "bench"))
    ]
    figures["do it"] = [timed(lambda: run_due(kinds=[bulk.KIND]))]
    Mailbox.objects.filter(enabled_for_incoming=True).update(approval=1)
    Mailbox.objects.filter(enabled_for_incoming=False).update(approval=2)
    print(json.dumps(figures))


STEPS: dict[str, Callable[..., None]] = {
    "prepare": prepare,
    "record": record_mail,
    "pages": pages,
    "restart": restart,
}

if __name__ == "__main__":
    ensure_keys(load_config().key_file)
    django.setup()
    STEPS[sys.argv[1]](*sys.argv[2:])
