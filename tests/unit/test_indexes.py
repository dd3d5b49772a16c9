"""The step that drops the index of a key: forth, back, and on nothing but the index."""

import pytest
from django.db import connection, models
from django.db.migrations.state import ModelState, ProjectState

from passerelle.indexes import DropIndexOfKey

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


def indexes() -> list[str]:
    with connection.cursor() as cursor:
        made = connection.introspection.get_constraints(cursor, "probe_member")
    return sorted(
        ",".join(found["columns"])
        for found in made.values()
        if found["index"] and not found["primary_key"]
    )


def test_forth_and_back() -> None:
    before = ProjectState()
    before.add_model(ModelState("probe", "Team", [("id", models.AutoField(primary_key=True))]))
    key = models.ForeignKey("probe.Team", models.CASCADE, db_column="teamid")
    fields = [("id", models.AutoField(primary_key=True)), ("team", key)]
    before.add_model(ModelState("probe", "Member", fields))
    after = before.clone()
    step = DropIndexOfKey(
        "member",
        "team",
        models.ForeignKey("probe.Team", models.CASCADE, db_column="teamid", db_index=False),
    )
    step.state_forwards("probe", after)
    made = [before.apps.get_model("probe", name) for name in ("Team", "Member")]
    with connection.schema_editor() as editor:
        for model in made:
            editor.create_model(model)
    try:
        assert indexes() == ["teamid"]
        with connection.schema_editor() as editor:
            step.database_forwards("probe", editor, before, after)
        assert indexes() == []
        with connection.schema_editor() as editor:
            step.database_backwards("probe", editor, after, before)
        assert indexes() == ["teamid"]
    finally:
        with connection.schema_editor() as editor:
            for model in reversed(made):
                editor.delete_model(model)
