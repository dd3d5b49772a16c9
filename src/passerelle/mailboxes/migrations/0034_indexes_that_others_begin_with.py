# The version before runs on it: yes.
"""No index of a key that another index begins with."""

import django.db.models.deletion
from django.db import migrations, models

from passerelle.indexes import DropIndexOfKey


class Migration(migrations.Migration):

    dependencies = [
        ('mailboxes', '0033_options_of_users'),
    ]

    operations = [
        DropIndexOfKey(
            model_name='profileteststep',
            name='run',
            field=models.ForeignKey(db_column='profiletestid', db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='mailboxes.profiletest'),
        ),
        DropIndexOfKey(
            model_name='teststep',
            name='run',
            field=models.ForeignKey(db_column='testrunid', db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='mailboxes.testrun'),
        ),
    ]
