"""The step of a migration that drops the index of a key because another index begins with it.

Every index is written with every row, and Django makes one for each key. Migrations that are out
use this step: what it does never changes.
"""

from typing import Any

from django.db.migrations import AlterField


class DropIndexOfKey(AlterField):
    """`AlterField` to the same key with `db_index=False`, by the index's name.

    For `AlterField` SQLite makes the whole table anew, with all that it holds.
    """

    def database_forwards(
        self, app_label: str, schema_editor: Any, _from_state: Any, to_state: Any
    ) -> None:
        """Drop the index."""
        model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            column = model._meta.get_field(self.name).column
            name = schema_editor._create_index_name(model._meta.db_table, [column])
            schema_editor.execute(schema_editor._delete_index_sql(model, name))

    def database_backwards(
        self, app_label: str, schema_editor: Any, _from_state: Any, to_state: Any
    ) -> None:
        """Make the index again."""
        model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            fields = [model._meta.get_field(self.name)]
            schema_editor.execute(schema_editor._create_index_sql(model, fields=fields))
