"""Nullable keys of which a row sets one, some or none: their conditions and their indexes."""

from django.db.models import Index, Q


def none_of(*names: str) -> Q:
    """The condition that no one of the nullable keys is set."""
    return Q(**{f"{name}__isnull": True for name in names})


def exactly_one(*names: str) -> Q:
    """The condition that one of the nullable keys is set and the others are not."""
    condition = Q()
    for chosen in names:
        condition |= Q(**{f"{name}__isnull": name != chosen for name in names})
    return condition


def at_most_one(*names: str) -> Q:
    """The condition that no two of the nullable keys are set."""
    return exactly_one(*names) | none_of(*names)


def where_set(key: str, name: str, *order: str) -> Index:
    """An index of a key that most rows leave empty, of those that set it, in this order."""
    return Index(fields=[key, *order], name=name, condition=Q(**{f"{key}__isnull": False}))
