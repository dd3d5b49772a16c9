# The version before runs on it: yes.
"""No index of a key that another index begins with."""

import django.db.models.deletion
from django.db import migrations, models

from passerelle.indexes import DropIndexOfKey


class Migration(migrations.Migration):

    dependencies = [
        ('importing', '0001_initial'),
    ]

    operations = [
        DropIndexOfKey(
            model_name='importpiece',
            name='of',
            field=models.ForeignKey(db_column='importid', db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='pieces', to='importing.import'),
        ),
        DropIndexOfKey(
            model_name='refusedrows',
            name='of',
            field=models.ForeignKey(db_column='importid', db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='refusals', to='importing.import'),
        ),
    ]
