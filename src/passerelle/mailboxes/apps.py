"""Django's name for this area, and what it registers: the mailbox follows its user's address."""

from django.apps import AppConfig


class MailboxesConfig(AppConfig):
    name = "passerelle.mailboxes"
    label = "mailboxes"

    def ready(self) -> None:
        from passerelle.crm.services import follow_addresses
        from passerelle.mailboxes.services import follow_address

        follow_addresses(follow_address)
