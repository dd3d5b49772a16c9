"""Makes the forward mailboxes that a migration staged; whose address somebody got since, is left.

Part of the activation's transaction. They are nobody's own, so no user or queue is made for them.
"""

from django.db.models import QuerySet

from passerelle.mailboxes.models import Mailbox, SystemSettings
from passerelle.mailboxes.services import new_forward_mailbox
from passerelle.router.migrating.lookups import addresses_taken
from passerelle.router.models import MigrationRecipient, RecipientAction

BATCH = 200


def make_forward_mailboxes(staged: QuerySet[MigrationRecipient], settings: SystemSettings) -> None:
    """One for each row that is to have one, with its final values."""
    rows = list(staged.filter(action=RecipientAction.CREATE).order_by("pk"))
    taken = addresses_taken([row.address for row in rows])
    made: list[Mailbox] = []
    for row in rows:
        folded = row.address.casefold()
        if folded in taken:
            row.action = RecipientAction.CHANGED
            continue
        taken.add(folded)
        mailbox = _mailbox(row, settings)
        row.mailbox = mailbox
        made.append(mailbox)
    Mailbox.objects.bulk_create(made, batch_size=BATCH)
    MigrationRecipient.objects.bulk_update(rows, ["action", "mailbox"], batch_size=BATCH)


def _mailbox(row: MigrationRecipient, settings: SystemSettings) -> Mailbox:
    mailbox = new_forward_mailbox(row.name, row.address, settings)
    mailbox.profile_id = row.target_id
    mailbox.incoming_method = row.incoming_method
    mailbox.process_email_received_after = row.process_after
    mailbox.allow_credentials = row.allow_credentials
    mailbox.incoming_credential_id = row.incoming_credential_id
    return mailbox
