"""Check constraints that a record is held to before it is saved, without asking the database.

The database keeps them as it keeps Django's, and migrations name those. But Django has it decide
each one in a query of its own whenever a record is validated, eight for a mailbox.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import Q

Verdict = bool | None  # None is what SQL does not know, of NULL; a constraint lets it pass

_LOOKUPS: Mapping[str, Callable[[Any, Any], bool]] = {
    "exact": lambda value, wanted: bool(value == wanted),
    "in": lambda value, wanted: value in wanted,
    "lte": lambda value, wanted: bool(value <= wanted),
}


class CheckConstraint(models.CheckConstraint):
    """Django's, decided here where its condition only compares fields with values."""

    def validate(
        self,
        model: type[models.Model],
        instance: models.Model,
        exclude: Collection[str] | None = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        """Raise `ValidationError` if the record is against it and no field of it is excluded."""
        try:
            verdict = _decide(self.condition, instance, exclude or ())
        except _NotDecidedHere:
            super().validate(model, instance, set(exclude or ()), using)
            return
        if verdict is False:
            text = self.get_violation_error_message()
            raise ValidationError(text, code=self.violation_error_code)

    def deconstruct(self) -> Any:
        """What migrations make it from: Django's own, which is the same to a database."""
        _, arguments, named = super().deconstruct()
        return "django.db.models.CheckConstraint", arguments, named


class _NotDecidedHere(Exception):
    """The condition has more than is known here, or names a field that is excluded."""


def _decide(condition: object, record: models.Model, exclude: Collection[str] = ()) -> Verdict:
    """What SQL says of the condition for what the record holds now."""
    if isinstance(condition, tuple):
        lookup, wanted = condition
        return _compare(lookup, wanted, record, exclude)
    if not isinstance(condition, Q) or condition.connector == Q.XOR:
        raise _NotDecidedHere
    verdicts = [_decide(part, record, exclude) for part in condition.children]
    decisive = condition.connector == Q.OR  # one such part settles it, whatever the others say
    if decisive in verdicts:
        verdict: Verdict = decisive
    else:
        verdict = None if None in verdicts else not decisive
    return not verdict if condition.negated and verdict is not None else verdict


def _compare(lookup: str, wanted: Any, record: models.Model, exclude: Collection[str]) -> Verdict:
    name, _, how = lookup.partition("__")
    value = _value_of(name, record, exclude)
    if how == "isnull" or (how in {"", "exact"} and wanted is None):
        return (value is None) is (wanted is None or wanted)
    compare = _LOOKUPS.get(how or "exact")
    if compare is None or hasattr(wanted, "resolve_expression"):
        raise _NotDecidedHere
    return None if value is None else compare(value, wanted)


def _value_of(name: str, record: models.Model, exclude: Collection[str]) -> Any:
    """As it would be stored."""
    try:
        field = record._meta.get_field(name)
    except FieldDoesNotExist:
        raise _NotDecidedHere from None
    if name in exclude or not isinstance(field, models.Field):
        raise _NotDecidedHere
    value = getattr(record, field.attname)
    if hasattr(value, "resolve_expression"):
        raise _NotDecidedHere
    return field.get_prep_value(value)
