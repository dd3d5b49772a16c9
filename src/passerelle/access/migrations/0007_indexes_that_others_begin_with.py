# The version before runs on it: yes.
"""No index of a key that another index begins with."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from passerelle.indexes import DropIndexOfKey


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0006_reading_group'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        DropIndexOfKey(
            model_name='recoverycode',
            name='factor',
            field=models.ForeignKey(db_column='factorid', db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='recovery_codes', to='access.secondfactor'),
        ),
        DropIndexOfKey(
            model_name='signinsession',
            name='account',
            field=models.ForeignKey(db_column='accountid', db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to=settings.AUTH_USER_MODEL),
        ),
    ]
