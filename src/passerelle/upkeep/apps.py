"""Django's name for this area, and the work that it registers."""

from django.apps import AppConfig


class UpkeepConfig(AppConfig):
    name = "passerelle.upkeep"
    label = "upkeep"

    def ready(self) -> None:
        from passerelle.upkeep.services import register_search_index, register_upkeep

        register_upkeep()
        register_search_index()
