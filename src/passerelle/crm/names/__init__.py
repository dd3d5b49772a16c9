"""Accounts, contacts and leads found by the words of their names and addresses."""

from passerelle.crm.names.finding import first_named
from passerelle.crm.names.keeping import (
    SEARCHED,
    forget_words,
    renew_all_words,
    renew_words,
    set_words,
)

__all__ = [
    "SEARCHED",
    "first_named",
    "forget_words",
    "renew_all_words",
    "renew_words",
    "set_words",
]
