"""The steps of `bench.workers`, each in a process of its own: `prepare MAILBOXES PORT`, `begin`."""

import sys
from collections.abc import Callable

import django
from django.core.management import call_command

from bench.steps.tls import mailboxes_of, users_of
from passerelle.configuration import ensure_keys, load_config

CONNECTIONS = 100
SIGN_INS = 1_000  # a second at most: the bound shall not be what is measured


def prepare(mailboxes: str, port: str) -> None:
    """So many users who track everything, each with an account of their own; none is asked for."""
    call_command("migrate", verbosity=0)
    from passerelle.mailboxes import services
    from passerelle.mailboxes.models import Mailbox, SystemSettings
    from passerelle.mailboxes.models.choices import CredentialRetrieval, ProcessEmailUsing

    profile = services.create_profile(
        "Bench",
        incoming_location="127.0.0.1",
        incoming_port=int(port),
        incoming_security="none",
        outgoing_location="127.0.0.1",
        outgoing_credential_retrieval=CredentialRetrieval.ANONYMOUS,
        max_concurrent_connections=CONNECTIONS,
    )
    services.switch_processing(ProcessEmailUsing.SERVER_SIDE_SYNCHRONIZATION, by="bench")
    SystemSettings.objects.update(host_connections=CONNECTIONS, host_sign_ins=SIGN_INS)
    mailboxes_of(users_of(int(mailboxes)), profile)
    Mailbox.objects.update(enabled_for_incoming=False)


def begin() -> None:
    """Ask for all of them, now."""
    from passerelle.mailboxes import services
    from passerelle.mailboxes.models import Mailbox

    Mailbox.objects.update(enabled_for_incoming=True)
    services.schedule(Mailbox.objects.all())


STEPS: dict[str, Callable[..., None]] = {"prepare": prepare, "begin": begin}


if __name__ == "__main__":
    ensure_keys(load_config().key_file)
    django.setup()
    STEPS[sys.argv[1]](*sys.argv[2:])
