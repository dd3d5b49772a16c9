"""The further addresses of users and queues: whose each is, and whether somebody approved it."""

from passerelle.crm.aliases.keeping import (
    MOST,
    Holder,
    add_alias,
    aliases_of,
    approve_alias,
    ask_alias,
    remove_alias,
    waiting_aliases,
)
from passerelle.crm.aliases.many import add_aliases

__all__ = [
    "MOST",
    "Holder",
    "add_alias",
    "add_aliases",
    "aliases_of",
    "approve_alias",
    "ask_alias",
    "remove_alias",
    "waiting_aliases",
]
