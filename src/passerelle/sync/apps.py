"""Django's name for this area, what it registers: two kinds of work, and a way to see emails."""

from django.apps import AppConfig


class SyncConfig(AppConfig):
    name = "passerelle.sync"
    label = "sync"

    def ready(self) -> None:
        from passerelle.crm.services import see_also
        from passerelle.sync.services import register_cycles
        from passerelle.sync.sight import lies_in_a_mailbox_of

        register_cycles()
        see_also(lies_in_a_mailbox_of)
