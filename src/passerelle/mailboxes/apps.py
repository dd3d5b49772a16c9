"""Django's name for this area."""

from django.apps import AppConfig


class MailboxesConfig(AppConfig):
    name = "passerelle.mailboxes"
    label = "mailboxes"
