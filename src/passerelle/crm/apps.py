"""Django's name for this area."""

from django.apps import AppConfig


class CrmConfig(AppConfig):
    name = "passerelle.crm"
    label = "crm"
