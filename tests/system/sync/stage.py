"""A Passerelle of its own in a process of its own: `python -m tests.system.sync.stage STEP …`.

The process is killed at PASSERELLE_CRASH_AT as by a power cut; the next one finds what it left.
"""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import django
from django.core.management import call_command

from passerelle.configuration import ensure_keys, load_config

USER = "anna"
ADDRESS = "anna@example.com"
PASSWORD = "made-up-secret"


def prepare(imap_port: str, smtp_port: str, tracked_folder: str = "") -> None:
    """A database, and a user whose mailbox runs on these two servers and tracks everything.

    Tracked email is moved into that folder.
    """
    call_command("migrate", verbosity=0)
    from passerelle.crm.models.people import FilteringMethod
    from passerelle.faults import Secret
    from passerelle.mailboxes import services
    from passerelle.mailboxes.models import Mailbox, SystemSettings
    from passerelle.mailboxes.models.choices import ProcessEmailUsing

    profile = services.create_profile(
        "Real servers",
        incoming_location="localhost",
        incoming_port=int(imap_port),
        incoming_security="none",
        outgoing_location="localhost",
        outgoing_port=int(smtp_port),
        outgoing_security="none",
        outgoing_credential_retrieval=4,
        tracked_folder=tracked_folder,
    )
    user = services.create_user_with_mailbox("Anna", ADDRESS, filtering=FilteringMethod.ALL)
    mailbox = Mailbox.objects.get(systemuser=user)
    services.set_mailbox_password(mailbox, None, USER, Secret(PASSWORD))
    Mailbox.objects.filter(pk=mailbox.pk).update(
        profile=profile,
        incoming_method=2,
        outgoing_method=2,
        allow_credentials=True,
        approval=1,
        enabled_for_incoming=True,
        enabled_for_outgoing=True,
        process_email_received_after=datetime.now(UTC) - timedelta(days=30),
    )
    services.switch_processing(ProcessEmailUsing.SERVER_SIDE_SYNCHRONIZATION, by="test")
    SystemSettings.objects.update(mark_tracked=True, allow_unresolved_recipients=True)


def add_neighbours(imap_port: str, count: str, at_once: str) -> None:
    """So many further users, whose mail lies on another server, read so many at the same time."""
    from passerelle.faults import Secret
    from passerelle.mailboxes import services
    from passerelle.mailboxes.models import Mailbox

    profile = services.create_profile(
        "The other server",
        incoming_location="localhost",
        incoming_port=int(imap_port),
        incoming_security="none",
        timeout_seconds=5,
        max_concurrent_connections=int(at_once),
    )
    for number in range(int(count)):
        address = f"neighbour{number}@example.com"
        user = services.create_user_with_mailbox(f"Neighbour {number}", address)
        mailbox = Mailbox.objects.get(systemuser=user)
        services.set_mailbox_password(mailbox, None, f"n{number}", Secret(PASSWORD))
        Mailbox.objects.filter(pk=mailbox.pk).update(
            profile=profile, incoming_method=2, allow_credentials=True, approval=1,
            enabled_for_incoming=True,
        )  # fmt: skip
    services.schedule(Mailbox.objects.all())


def write(count: str) -> None:
    """Hand so many emails in."""
    from passerelle.crm.services import Written, create_draft
    from passerelle.mailboxes.models import Mailbox
    from passerelle.sync.services import submit

    mailbox = Mailbox.objects.select_related("systemuser").get()
    user = mailbox.systemuser
    assert user is not None
    for number in range(int(count)):
        content = Written(to="clara@customer.example", subject=f"Number {number}", text="Hello")
        submit(create_draft(content, sender=user, owner=user), "anna", mailbox)


def run() -> None:
    """Do all work that is due; a worker that was killed before is long dead."""
    from passerelle.engine.models import Work, Worker
    from passerelle.engine.services import run_due

    Worker.objects.update(heartbeat_on=datetime.now(UTC) - timedelta(hours=1))
    Work.objects.exclude(due_on=None).update(due_on=datetime.now(UTC))
    run_due()


def look() -> None:
    """Print what is recorded."""
    from passerelle.crm.models import ActivityMimeAttachment, Email, RawMessage
    from passerelle.sync.models import Place, Submission, Touch

    received = Email.objects.filter(direction_code=False)
    found = {
        "received": sorted(received.values_list("message_id", flat=True)),
        "attachments": ActivityMimeAttachment.objects.count(),
        "raws": RawMessage.objects.filter(email__in=received).count(),
        "places": Place.objects.count(),
        "touches": Touch.objects.count(),
        "submissions": sorted(Submission.objects.values_list("state", flat=True)),
    }
    sys.stdout.write(json.dumps(found))


STEPS: dict[str, Callable[..., None]] = {
    "prepare": prepare,
    "add_neighbours": add_neighbours,
    "write": write,
    "run": run,
    "look": look,
}

if __name__ == "__main__":
    ensure_keys(load_config().key_file)
    django.setup()
    STEPS[sys.argv[1]](*sys.argv[2:])
