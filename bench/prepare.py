"""Prepares an installation with one mailbox that is due: `python -m bench.prepare HOST PORT …`.

It runs in a process of its own, as the settings are read once a process.
"""

import sys
from datetime import UTC, datetime, timedelta

import django
from django.core.management import call_command

from passerelle.configuration import ensure_keys, load_config


def main(host: str, port: str, username: str, password: str) -> None:
    """Make the database, a user who tracks everything, and a mailbox that is due."""
    ensure_keys(load_config().key_file)
    django.setup()
    call_command("migrate", verbosity=0)

    from passerelle.crm.models.people import FilteringMethod
    from passerelle.faults import Secret
    from passerelle.mailboxes import services
    from passerelle.mailboxes.models import Mailbox
    from passerelle.mailboxes.models.choices import Direction, ProcessEmailUsing

    profile = services.create_profile(
        "Bench",
        incoming_location=host,
        incoming_port=int(port),
        incoming_security="none",
        outgoing_location=host,
    )
    user = services.create_user_with_mailbox(
        "Bench", f"{username}@bench.example", filtering=FilteringMethod.ALL
    )
    mailbox = Mailbox.objects.get(systemuser=user)
    services.update_mailbox(mailbox, profile=profile, incoming_method=2, allow_credentials=True)
    services.set_mailbox_password(mailbox, Direction.INCOMING, username, Secret(password))
    services.approve([mailbox.pk], by="bench")
    Mailbox.objects.filter(pk=mailbox.pk).update(
        enabled_for_incoming=True,
        process_email_received_after=datetime.now(UTC) - timedelta(days=2),
    )
    services.switch_processing(ProcessEmailUsing.SERVER_SIDE_SYNCHRONIZATION, by="bench")


if __name__ == "__main__":
    main(*sys.argv[1:])
