"""Django's name for this area."""

from django.apps import AppConfig


class EngineConfig(AppConfig):
    name = "passerelle.engine"
    label = "engine"
