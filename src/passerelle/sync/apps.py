"""Django's name for this area, what it registers: two kinds of work, and who reads by a mailbox."""

from django.apps import AppConfig


class SyncConfig(AppConfig):
    name = "passerelle.sync"
    label = "sync"

    def ready(self) -> None:
        from passerelle.crm.readers import read_also
        from passerelle.sync.services import register_cycles
        from passerelle.sync.sight import by_their_mailbox

        register_cycles()
        read_also(by_their_mailbox)
