"""Django's name for this area."""

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "passerelle.monitoring"
    label = "monitoring"
