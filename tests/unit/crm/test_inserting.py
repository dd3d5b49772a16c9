"""Rows in bulk reach the database as saving them one by one would bring them."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import DataError, connection, transaction
from django.db.models import (
    BinaryField,
    BooleanField,
    CharField,
    DateTimeField,
    Field,
    ForeignKey,
    IntegerField,
    JSONField,
    Model,
    TextField,
    UUIDField,
)

from passerelle.crm.models import Account, RawPack
from passerelle.crm.services.inserting import _adapter, load_rows, new_row, update_row
from passerelle.sync.models import Place

MOMENT = datetime(2026, 11, 25, 1, 2, 3, 45, timezone(timedelta(hours=-5)))
MODELS = [model for model in apps.get_models() if model.__module__.startswith("passerelle.")]


SAMPLES: dict[type["Field[Any, Any]"], list[Any]] = {
    UUIDField: [UUID(int=7)],
    DateTimeField: [MOMENT, MOMENT.replace(microsecond=0, tzinfo=UTC)],
    BooleanField: [True, False],
    IntegerField: [0, 7],
    CharField: ["", "a'é\n"],
    TextField: ["", "a'é\n"],
    BinaryField: [b"", b"\0a"],
    JSONField: [{"é": [1, None]}, [], "a"],
}


def samples(field: "Field[Any, Any]") -> list[Any]:
    """Values as our code sets them."""
    target = field.target_field if isinstance(field, ForeignKey) else field
    if target.choices:
        return [value for value, _ in target.flatchoices]
    return next((values for kind, values in SAMPLES.items() if isinstance(target, kind)), [])


@pytest.mark.database
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_value_is_adapted_as_its_field_adapts_it(model: type[Model]) -> None:
    for field in model._meta.concrete_fields:
        adapt, values = _adapter(field, connection.vendor) or list, [*samples(field), None]
        for value, adapted in zip(values, adapt(values), strict=True):
            known = None if value is None else field.get_db_prep_save(value, connection)
            if isinstance(known, memoryview):  # which the driver reads no other way than bytes
                known = bytes(known)
            assert str(adapted) == str(known), field  # psycopg's JSON is equal to itself only
            assert isinstance(known, type(adapted)), field  # psycopg's integers know their width


@pytest.mark.django_db
@pytest.mark.database
@pytest.mark.only_on("postgresql")  # SQLite is given no COPY
def test_what_a_copy_meets_is_an_error_of_the_database_like_any_other() -> None:
    with pytest.raises(DataError), transaction.atomic():
        load_rows([Account(name="n" * 10_000)])


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_new_row_is_what_its_model_makes_of_the_same_values(model: type[Model]) -> None:
    given = {
        field.attname: value
        for field in model._meta.concrete_fields
        for value in samples(field)[:1]
        if not callable(field.default)
    }
    for values in (given, {}):
        ours, known = _state(new_row(model, **values)), _state(model(**values))
        own = {field.attname for field in model._meta.concrete_fields if callable(field.default)}
        assert ours.keys() == known.keys()
        assert {name: ours[name] for name in ours.keys() - own} == {
            name: known[name] for name in known.keys() - own
        }
        assert all(isinstance(ours[name], type(known[name])) for name in own)


def test_new_rows_share_nothing() -> None:
    one, other = new_row(Place), new_row(Place)
    assert one.place_id != other.place_id
    one.facts["looked"] = []
    assert other.facts == {}


def test_a_new_row_has_no_value_that_its_model_lacks() -> None:
    with pytest.raises(TypeError, match="Account has no colour, owner"):
        new_row(Account, name="Dubois", colour="green", owner=None)


def _state(row: Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.mark.database
@pytest.mark.django_db
def test_a_row_is_changed_only_while_others_of_its_values_stand() -> None:
    account = Account.objects.create(name="ACME", owner=None)
    assert not update_row(Account, account.pk, {"name": "Other"}, name="Somebody")
    assert update_row(Account, account.pk, {"name": "Other"}, name="ACME", statecode=0)
    assert not update_row(Account, UUID(int=1), {"name": "Nobody"})
    assert list(Account.objects.values_list("name", flat=True)) == ["Other"]


@pytest.mark.database
@pytest.mark.django_db
def test_octets_are_copied_as_they_are() -> None:
    content = bytes(range(256)) + b"\\x5c\\.\n\t\0"
    packs = [new_row(RawPack, content=each) for each in (content, b"")]
    load_rows(packs)
    stored = RawPack.objects.in_bulk()
    for pack in packs:
        assert bytes(stored[pack.pk].content) == pack.content
        assert stored[pack.pk].created_on == pack.created_on
