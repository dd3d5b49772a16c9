"""Steps of a soak in processes of their own: `python -m tests.system.soak.stage STEP …`.

`prepare` makes an installation; `person` is somebody at the pages, who hands emails in and types
new passwords, a line of JSON each; `forks` starts a worker for each line it gets, quickly, from a
process that has imported everything.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django
from django.core.management import call_command

from passerelle.configuration import ensure_keys, load_config
from passerelle.site.logs import set_up_logs

RETRY_SECONDS = 0.5
CUSTOMER = "clara@customer.example"


def name_of(number: int) -> str:
    """The user name of a mailbox at its server."""
    return f"user{number}"


def first_password(number: int) -> str:
    """What its mailbox begins with."""
    return f"made-up-{number}"


def prepare(count: str, imaps: str, smtp: str, authorities: str, polling: str) -> None:
    """So many mailboxes over TLS, each with a password of its own, that track everything."""
    call_command("migrate", verbosity=0)
    from passerelle.crm.models.people import FilteringMethod
    from passerelle.faults import Secret
    from passerelle.mailboxes import services
    from passerelle.mailboxes.models import Mailbox, SystemSettings
    from passerelle.mailboxes.models.choices import CredentialRetrieval, ProcessEmailUsing

    profile = services.create_profile(
        "Soak",
        incoming_location="localhost",
        incoming_port=int(imaps),
        incoming_security="implicit",
        outgoing_location="127.0.0.1",
        outgoing_port=int(smtp),
        outgoing_security="none",
        outgoing_credential_retrieval=CredentialRetrieval.ANONYMOUS,
        authorities=Path(authorities).read_text(),
        timeout_seconds=10,
        max_concurrent_connections=40,
    )
    for number in range(int(count)):
        name = name_of(number)
        user = services.create_user_with_mailbox(
            name, f"{name}@soak.example", filtering=FilteringMethod.ALL
        )
        mailbox = Mailbox.objects.get(systemuser=user)
        services.set_mailbox_password(mailbox, None, name, Secret(first_password(number)))
    Mailbox.objects.update(
        profile=profile,
        incoming_method=2,
        outgoing_method=2,
        allow_credentials=True,
        approval=1,
        enabled_for_incoming=True,
        enabled_for_outgoing=True,
        process_email_received_after=datetime.now(UTC) - timedelta(days=1),
    )
    services.switch_processing(ProcessEmailUsing.SERVER_SIDE_SYNCHRONIZATION, by="soak")
    SystemSettings.objects.update(
        mark_tracked=True,
        allow_unresolved_recipients=True,
        polling_seconds=int(polling),
        host_connections=40,
        host_sign_ins=200,
    )
    services.schedule(Mailbox.objects.all())


def person() -> None:
    """Do as each line says, and answer it when it is done: also when the store was away."""
    for line in sys.stdin:
        act, *words = json.loads(line)
        _insist(lambda act=act, words=words: ACTS[act](*words))  # type: ignore[misc]
        sys.stdout.write("done\n")
        sys.stdout.flush()


def _insist(act: Callable[[], None]) -> None:
    """As a person who presses the button again until it works, and looks first what was done."""
    from django.db import DatabaseError, InterfaceError, connection

    while True:
        try:
            return act()
        except (DatabaseError, InterfaceError):
            connection.close()
            time.sleep(RETRY_SECONDS)


def _submit(number: int, mailbox: int) -> None:
    from django.db import transaction

    from passerelle.crm.models import Email
    from passerelle.crm.services import Written, create_draft
    from passerelle.mailboxes.models import Mailbox
    from passerelle.sync.services import submit

    subject = f"Outgoing {number}."
    if Email.objects.filter(direction_code=True, subject__startswith=subject).exists():
        return
    found = Mailbox.objects.select_related("systemuser").get(name=name_of(mailbox))
    user = found.systemuser
    assert user is not None
    content = Written(to=CUSTOMER, subject=subject, text="Hello")
    with transaction.atomic():  # both or nothing, or pressing again would find a draft
        submit(create_draft(content, sender=user, owner=user), "soak", found)


def _password(mailbox: int, password: str) -> None:
    from passerelle.faults import Secret
    from passerelle.mailboxes import services
    from passerelle.mailboxes.models import Mailbox

    found = Mailbox.objects.get(name=name_of(mailbox))
    services.set_mailbox_password(found, None, name_of(mailbox), Secret(password))


ACTS: dict[str, Callable[..., None]] = {"submit": _submit, "password": _password}


def forks() -> None:
    """For each line a worker, whose process number is the answer; it is awaited first."""
    from passerelle.commands.serving.worker_process import work

    for _ in sys.stdin:
        pid = os.fork()
        if not pid:
            os._exit(work(load_config()))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
        os.waitpid(pid, 0)


STEPS: dict[str, Callable[..., None]] = {"prepare": prepare, "person": person, "forks": forks}

if __name__ == "__main__":
    config = load_config()
    ensure_keys(config.key_file)
    set_up_logs(config)
    django.setup()
    STEPS[sys.argv[1]](*sys.argv[2:])
