"""Django's name for this area."""

from django.apps import AppConfig


class SyncConfig(AppConfig):
    name = "passerelle.sync"
    label = "sync"
