"""Django's name for this area."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "passerelle.alerts"
    label = "alerts"
