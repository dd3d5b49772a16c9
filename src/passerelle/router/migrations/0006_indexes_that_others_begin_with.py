# The version before runs on it: yes.
"""No index of a key that another index begins with."""

import django.db.models.deletion
from django.db import migrations, models

from passerelle.indexes import DropIndexOfKey


class Migration(migrations.Migration):

    dependencies = [
        ('router', '0005_salvaged'),
    ]

    operations = [
        DropIndexOfKey(
            model_name='migrationprofile',
            name='migration',
            field=models.ForeignKey(db_column='migrationid', db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='profiles', to='router.migration'),
        ),
    ]
