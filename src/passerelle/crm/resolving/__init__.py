"""Email that is here already, and whose addresses come to mean somebody afterwards."""

from passerelle.crm.resolving.afterwards import name_people
from passerelle.crm.resolving.by_hand import (
    Naming,
    has_unnamed_email,
    name_party,
    name_record_everywhere,
    undo_naming,
    unnamed_party,
)
from passerelle.crm.resolving.catching_up import count_nameable_parties, name_known_parties

__all__ = [
    "Naming",
    "count_nameable_parties",
    "has_unnamed_email",
    "name_known_parties",
    "name_party",
    "name_people",
    "name_record_everywhere",
    "undo_naming",
    "unnamed_party",
]
