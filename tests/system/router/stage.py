"""A Passerelle of its own in a process of its own: `python -m tests.system.router.stage STEP …`.

The process is killed at PASSERELLE_CRASH_AT as by a power cut; the next one finds what it left.
"""

import json
import sys
from collections.abc import Callable

import django
from django.core.management import call_command

from passerelle.configuration import ensure_keys, load_config

PEOPLE = 2_500  # two chunks


def prepare() -> None:
    """A database with everybody in it, and a migration that is started."""
    call_command("migrate", verbosity=0)
    from tests.unit.router.made_up import LAST_READ, POP3, SMTP, files_of

    from passerelle.crm.models import SystemUser
    from passerelle.guids import new_guid
    from passerelle.mailboxes.models import Mailbox
    from passerelle.router import services as router
    from passerelle.router.files.values import Provider, State
    from passerelle.router.files.writing import RouterDescription

    users = [
        SystemUser(
            systemuser_id=new_guid(),
            fullname=f"Person {number}",
            internal_email_address=f"person{number}@example.com",
            tracking_number=number,
        )
        for number in range(PEOPLE)
    ]
    SystemUser.objects.bulk_create(users)
    Mailbox.objects.bulk_create(
        Mailbox(name=user.fullname, email_address=user.internal_email_address, systemuser=user)
        for user in users
    )
    providers = [
        Provider(POP3, username=user.internal_email_address, users=(user.pk,)) for user in users
    ]
    providers.append(Provider(SMTP, users=tuple(user.pk for user in users)))
    states = tuple(State(user.internal_email_address, LAST_READ) for user in users)
    begun = router.begin([files_of(RouterDescription(tuple(providers), states))], None, "test")
    assert isinstance(begun, router.Migration)
    router.start(begun, "test")


def undo() -> None:
    """Ask for the undoing of the migration that is done."""
    from passerelle.router import services as router
    from passerelle.router.models import Migration

    router.undo(Migration.objects.get(), "test")


def work() -> None:
    """What the workers would do."""
    from passerelle.engine.models import Work, Worker
    from passerelle.engine.services import run_due

    Work.objects.update(worker=None)  # its worker is dead; nobody waits for its lease here
    Worker.objects.all().delete()
    run_due()


def look() -> None:
    """What a person would see, as JSON."""
    from passerelle.mailboxes.models import Credential, EmailServerProfile, Mailbox
    from passerelle.router.models import Migration, MigrationRecipient, UnderstoodSet

    linked = Mailbox.objects.exclude(profile=None)
    whole = linked.exclude(incoming_credential=None).filter(incoming_method=2, outgoing_method=2)
    seen = {
        "state": Migration.objects.get().state,
        "staged": Migration.objects.get().staged,
        "profiles": EmailServerProfile.objects.count(),
        "linked": linked.count(),
        "whole": whole.exclude(process_email_received_after=None).count(),
        "recipients": MigrationRecipient.objects.count(),
        "credentials": Credential.objects.count(),
        "sets": UnderstoodSet.objects.count(),
    }
    sys.stdout.write(json.dumps(seen) + "\n")


STEPS: dict[str, Callable[[], None]] = {
    "prepare": prepare,
    "undo": undo,
    "work": work,
    "look": look,
}

if __name__ == "__main__":
    ensure_keys(load_config().key_file)
    django.setup()
    for step in sys.argv[1:]:
        STEPS[step]()
