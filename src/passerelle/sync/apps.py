"""Django's name for this area, and the two kinds of work that it registers."""

from django.apps import AppConfig


class SyncConfig(AppConfig):
    name = "passerelle.sync"
    label = "sync"

    def ready(self) -> None:
        from passerelle.sync.services import register_cycles

        register_cycles()
