"""Makes the installation of `bench.tls`: `python -m bench.steps.tls MAILBOXES PORT AUTHORITY POLL`.

In a process of its own, as settings are read once a process.
"""

import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.core.management import call_command

from passerelle.configuration import ensure_keys, load_config

if TYPE_CHECKING:
    from passerelle.crm.models import SystemUser
    from passerelle.mailboxes.models import EmailServerProfile, Mailbox

PASSWORD = "only-for-measurements"
HOST = "localhost"
CONNECTIONS = 100
SIGN_INS = 200  # a second at most: the bound shall not be what is measured


def name_of(number: int) -> str:
    """The user name of a mailbox at its server."""
    return f"bench{number}"


def main(mailboxes: str, port: str, authority: str, poll: str) -> None:
    """So many users who track everything, each with an account of their own, due now."""
    ensure_keys(load_config().key_file)
    django.setup()
    call_command("migrate", verbosity=0)
    from passerelle.mailboxes import services
    from passerelle.mailboxes.models import Mailbox, SystemSettings
    from passerelle.mailboxes.models.choices import CredentialRetrieval, ProcessEmailUsing

    profile = services.create_profile(
        "Bench",
        incoming_location=HOST,
        incoming_port=int(port),
        incoming_security="implicit",
        outgoing_location=HOST,
        outgoing_credential_retrieval=CredentialRetrieval.ANONYMOUS,
        authorities=Path(authority).read_text(),
        max_concurrent_connections=CONNECTIONS,
    )
    mailboxes_of(users_of(int(mailboxes)), profile)
    services.switch_processing(ProcessEmailUsing.SERVER_SIDE_SYNCHRONIZATION, by="bench")
    SystemSettings.objects.update(
        polling_seconds=int(poll), host_connections=CONNECTIONS, host_sign_ins=SIGN_INS
    )
    services.schedule(Mailbox.objects.all())


def users_of(count: int) -> "list[SystemUser]":
    """So many users who track everything."""
    from passerelle.crm.models import SystemUser
    from passerelle.crm.models.people import FilteringMethod

    users = [
        SystemUser(
            fullname=name_of(number),
            internal_email_address=f"{name_of(number)}@bench.example",
            tracking_number=number,
            incoming_email_filtering_method=FilteringMethod.ALL,
        )
        for number in range(count)
    ]
    SystemUser.objects.bulk_create(users, batch_size=500)
    return users


def mailboxes_of(users: "Iterable[SystemUser]", profile: "EmailServerProfile") -> None:
    """A mailbox of each that may be read, with credentials of its own."""
    from passerelle.mailboxes.models import Mailbox

    Mailbox.objects.bulk_create(_boxes(users, profile), batch_size=500)


def _boxes(users: "Iterable[SystemUser]", profile: "EmailServerProfile") -> "Iterable[Mailbox]":
    from passerelle.faults import Secret
    from passerelle.mailboxes.models import Credential, Mailbox
    from passerelle.mailboxes.services import new_credential

    credentials = [new_credential(user.fullname, Secret(PASSWORD)) for user in users]
    Credential.objects.bulk_create(credentials, batch_size=500)
    for user, credential in zip(users, credentials, strict=True):
        yield Mailbox(
            name=user.fullname,
            email_address=user.internal_email_address,
            systemuser=user,
            profile=profile,
            incoming_method=2,
            allow_credentials=True,
            approval=1,
            enabled_for_incoming=True,
            incoming_credential=credential,
            process_email_received_after=datetime.now(UTC) - timedelta(days=1),
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
