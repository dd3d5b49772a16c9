"""Django's name for this area, and the work that it registers: imports."""

from django.apps import AppConfig


class ImportingConfig(AppConfig):
    name = "passerelle.importing"
    label = "importing"

    def ready(self) -> None:
        from passerelle.importing.work import register_imports

        register_imports()
