# The version before runs on it: yes.
"""Of keys that most emails leave empty, indexes of those that are set; none that others begin with.

SQLite would remake the tables, with all that they hold, for each field whose index goes; so the
indexes are dropped by their names, and the fields change on paper only.
"""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

KEYS = {
    'activitymimeattachment': ('email', 'raw'),
    'activityparty': ('account', 'contact', 'lead', 'queue', 'systemuser'),
    'email': (
        'accepting_queue',
        'accepting_user',
        'agent',
        'correlated_activity',
        'regarding_account',
        'regarding_contact',
        'regarding_lead',
    ),
    'queueitem': ('queue',),
}


def drop_whole_indexes(apps: Any, schema_editor: Any) -> None:
    for model, field in _fields(apps):
        name = schema_editor._create_index_name(model._meta.db_table, [field.column])
        schema_editor.execute(schema_editor._delete_index_sql(model, name))


def make_whole_indexes(apps: Any, schema_editor: Any) -> None:
    for model, field in _fields(apps):
        schema_editor.execute(schema_editor._create_index_sql(model, fields=[field]))


def _fields(apps: Any) -> Any:
    for name, keys in KEYS.items():
        model = apps.get_model('crm', name)
        for key in keys:
            yield model, model._meta.get_field(key)


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0042_unnamed_parties'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop_whole_indexes, make_whole_indexes)],
            state_operations=[
                migrations.AlterField(
                    model_name='activitymimeattachment',
                    name='email',
                    field=models.ForeignKey(db_column='objectid', db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='crm.email'),
                ),
                migrations.AlterField(
                    model_name='activitymimeattachment',
                    name='raw',
                    field=models.ForeignKey(db_column='rawid', db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='crm.rawmessage'),
                ),
                migrations.AlterField(
                    model_name='queueitem',
                    name='queue',
                    field=models.ForeignKey(db_column='queueid', db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='items', to='crm.queue'),
                ),
                migrations.AlterField(
                    model_name='activityparty',
                    name='account',
                    field=models.ForeignKey(db_column='partyid_account', db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to='crm.account'),
                ),
                migrations.AlterField(
                    model_name='activityparty',
                    name='contact',
                    field=models.ForeignKey(db_column='partyid_contact', db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to='crm.contact'),
                ),
                migrations.AlterField(
                    model_name='activityparty',
                    name='lead',
                    field=models.ForeignKey(db_column='partyid_lead', db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to='crm.lead'),
                ),
                migrations.AlterField(
                    model_name='activityparty',
                    name='queue',
                    field=models.ForeignKey(db_column='partyid_queue', db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to='crm.queue'),
                ),
                migrations.AlterField(
                    model_name='activityparty',
                    name='systemuser',
                    field=models.ForeignKey(db_column='partyid_systemuser', db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to='crm.systemuser'),
                ),
                migrations.AlterField(
                    model_name='email',
                    name='accepting_queue',
                    field=models.ForeignKey(db_column='acceptingentityid_queue', db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='crm.queue'),
                ),
                migrations.AlterField(
                    model_name='email',
                    name='accepting_user',
                    field=models.ForeignKey(db_column='acceptingentityid_systemuser', db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='crm.systemuser'),
                ),
                migrations.AlterField(
                    model_name='email',
                    name='agent',
                    field=models.ForeignKey(db_column='createdonbehalfby', db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='crm.systemuser'),
                ),
                migrations.AlterField(
                    model_name='email',
                    name='correlated_activity',
                    field=models.ForeignKey(db_column='correlatedactivityid', db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='answers', to='crm.email'),
                ),
                migrations.AlterField(
                    model_name='email',
                    name='regarding_account',
                    field=models.ForeignKey(blank=True, db_column='regardingobjectid_account', db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to='crm.account'),
                ),
                migrations.AlterField(
                    model_name='email',
                    name='regarding_contact',
                    field=models.ForeignKey(blank=True, db_column='regardingobjectid_contact', db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to='crm.contact'),
                ),
                migrations.AlterField(
                    model_name='email',
                    name='regarding_lead',
                    field=models.ForeignKey(blank=True, db_column='regardingobjectid_lead', db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to='crm.lead'),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name='activityparty',
            index=models.Index(condition=models.Q(('systemuser__isnull', False)), fields=['systemuser'], name='activityparty_of_systemuser'),
        ),
        migrations.AddIndex(
            model_name='activityparty',
            index=models.Index(condition=models.Q(('queue__isnull', False)), fields=['queue'], name='activityparty_of_queue'),
        ),
        migrations.AddIndex(
            model_name='activityparty',
            index=models.Index(condition=models.Q(('account__isnull', False)), fields=['account'], name='activityparty_of_account'),
        ),
        migrations.AddIndex(
            model_name='activityparty',
            index=models.Index(condition=models.Q(('contact__isnull', False)), fields=['contact'], name='activityparty_of_contact'),
        ),
        migrations.AddIndex(
            model_name='activityparty',
            index=models.Index(condition=models.Q(('lead__isnull', False)), fields=['lead'], name='activityparty_of_lead'),
        ),
        migrations.AddIndex(
            model_name='email',
            index=models.Index(condition=models.Q(('correlated_activity__isnull', False)), fields=['correlated_activity'], name='email_answers'),
        ),
        migrations.AddIndex(
            model_name='email',
            index=models.Index(condition=models.Q(('regarding_account__isnull', False)), fields=['regarding_account'], name='email_of_account'),
        ),
        migrations.AddIndex(
            model_name='email',
            index=models.Index(condition=models.Q(('regarding_contact__isnull', False)), fields=['regarding_contact'], name='email_of_contact'),
        ),
        migrations.AddIndex(
            model_name='email',
            index=models.Index(condition=models.Q(('regarding_lead__isnull', False)), fields=['regarding_lead'], name='email_of_lead'),
        ),
        migrations.AddIndex(
            model_name='email',
            index=models.Index(condition=models.Q(('accepting_user__isnull', False)), fields=['accepting_user'], name='email_accepted_by_user'),
        ),
        migrations.AddIndex(
            model_name='email',
            index=models.Index(condition=models.Q(('accepting_queue__isnull', False)), fields=['accepting_queue'], name='email_accepted_by_queue'),
        ),
        migrations.AddIndex(
            model_name='email',
            index=models.Index(condition=models.Q(('agent__isnull', False)), fields=['agent'], name='email_of_agent'),
        ),
        migrations.AddIndex(
            model_name='activitymimeattachment',
            index=models.Index(condition=models.Q(('raw__isnull', False)), fields=['raw'], name='attachment_of_raw'),
        ),
    ]
