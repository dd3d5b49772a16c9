"""Whether a record is made for an unknown sender, and under which name. Pure."""

from passerelle.tracking.creating.deciding import Circumstances, creation_for, stands_for_machine
from passerelle.tracking.creating.names import PersonName, person_name
from passerelle.tracking.creating.values import Creates, Creation, NotMade, Wish, wished

__all__ = [
    "Circumstances",
    "Creates",
    "Creation",
    "NotMade",
    "PersonName",
    "Wish",
    "creation_for",
    "person_name",
    "stands_for_machine",
    "wished",
]
