"""Django's name for this area."""

from django.apps import AppConfig


class RouterConfig(AppConfig):
    name = "passerelle.router"
    label = "router"
