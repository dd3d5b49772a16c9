"""Django's name for this area, and the work that it registers: migrations."""

from django.apps import AppConfig


class RouterConfig(AppConfig):
    name = "passerelle.router"
    label = "router"

    def ready(self) -> None:
        from passerelle.router.migrating.work import register_migrations

        register_migrations()
