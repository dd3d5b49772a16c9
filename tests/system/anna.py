"""Anna, whose mailbox lies on a real server: the record by which it is read."""

from typing import Any

from passerelle.crm.models.people import FilteringMethod
from passerelle.faults import Secret
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import Mailbox, SystemSettings
from passerelle.mailboxes.models.choices import ProcessEmailUsing

PASSWORD = "s3cret of anna"


def mailbox_of_anna(
    port: int,
    filtering: FilteringMethod,
    *,
    profile: dict[str, Any] | None = None,
    **columns: object,
) -> Mailbox:
    """An approved and enabled mailbox, with these columns and these fields of its profile."""
    server = mailboxes.create_profile(
        "Real server",
        incoming_location="localhost",
        incoming_port=port,
        incoming_security="none",
        outgoing_location="localhost",
        **(profile or {}),
    )
    user = mailboxes.create_user_with_mailbox("Anna", "anna@example.org", filtering=filtering)
    mailbox = Mailbox.objects.get(systemuser=user)
    mailboxes.set_mailbox_password(mailbox, None, "anna", Secret(PASSWORD))
    enabled = {"incoming_method": 2, "allow_credentials": True, "approval": 1}
    Mailbox.objects.filter(pk=mailbox.pk).update(
        profile=server, enabled_for_incoming=True, **enabled, **columns
    )
    mailboxes.switch_processing(ProcessEmailUsing.SERVER_SIDE_SYNCHRONIZATION, by="test")
    return Mailbox.objects.select_related("systemuser").get(pk=mailbox.pk)


def mailbox_that_sends(
    incoming_port: int, outgoing_port: int, filtering: FilteringMethod
) -> Mailbox:
    """Such a mailbox that sends, too, through a server without sign-in, to anybody."""
    mailbox = mailbox_of_anna(
        incoming_port,
        filtering,
        profile={
            "outgoing_port": outgoing_port,
            "outgoing_security": "none",
            "outgoing_credential_retrieval": 4,
        },
        outgoing_method=2,
        enabled_for_outgoing=True,
    )
    SystemSettings.objects.update(allow_unresolved_recipients=True)
    return mailbox
