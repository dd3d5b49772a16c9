# The version before runs on it: yes.
"""Of places and touches no index that others begin with, and of forwarders one of those that are set.

SQLite would remake the tables for it; so the indexes are dropped by their names, and the fields
change on paper only.
"""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

KEYS = {'place': ('mailbox', 'forwarder'), 'touch': ('place',)}


def drop_whole_indexes(apps: Any, schema_editor: Any) -> None:
    for model, field in _fields(apps):
        name = schema_editor._create_index_name(model._meta.db_table, [field.column])
        schema_editor.execute(schema_editor._delete_index_sql(model, name))


def make_whole_indexes(apps: Any, schema_editor: Any) -> None:
    for model, field in _fields(apps):
        schema_editor.execute(schema_editor._create_index_sql(model, fields=[field]))


def _fields(apps: Any) -> Any:
    for name, keys in KEYS.items():
        model = apps.get_model('sync', name)
        for key in keys:
            yield model, model._meta.get_field(key)


class Migration(migrations.Migration):

    dependencies = [
        ('sync', '0015_moves_by_copy'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop_whole_indexes, make_whole_indexes)],
            state_operations=[
                migrations.AlterField(
                    model_name='place',
                    name='mailbox',
                    field=models.ForeignKey(db_column='mailboxid', db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='places', to='mailboxes.mailbox'),
                ),
                migrations.AlterField(
                    model_name='place',
                    name='forwarder',
                    field=models.ForeignKey(db_column='forwardermailboxid', db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='mailboxes.mailbox'),
                ),
                migrations.AlterField(
                    model_name='touch',
                    name='place',
                    field=models.ForeignKey(db_column='placeid', db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='touches', to='sync.place'),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name='place',
            index=models.Index(condition=models.Q(('forwarder__isnull', False)), fields=['forwarder'], name='place_of_forwarder'),
        ),
    ]
