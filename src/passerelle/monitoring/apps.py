"""Django's name for this area, and the work that it registers: notices, and outages of profiles."""

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "passerelle.monitoring"
    label = "monitoring"

    def ready(self) -> None:
        from passerelle.monitoring.notices.work import register_notices
        from passerelle.monitoring.outages.work import register_outages

        register_notices()
        register_outages()
