"""Django's name for this area, and the work that it registers: notices of alerts."""

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "passerelle.monitoring"
    label = "monitoring"

    def ready(self) -> None:
        from passerelle.monitoring.notices.work import register_notices

        register_notices()
