# The version before runs on it: yes.
"""No index of a key that another index begins with."""

import django.db.models.deletion
from django.db import migrations, models

from passerelle.indexes import DropIndexOfKey


class Migration(migrations.Migration):

    dependencies = [
        ('monitoring', '0002_outages'),
    ]

    operations = [
        DropIndexOfKey(
            model_name='noticedelivery',
            name='notice',
            field=models.ForeignKey(db_column='noticeid', db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='monitoring.notice'),
        ),
    ]
