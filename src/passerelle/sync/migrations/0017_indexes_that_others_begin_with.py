# The version before runs on it: yes.
"""No index of a key that another index begins with."""

import django.db.models.deletion
from django.db import migrations, models

from passerelle.indexes import DropIndexOfKey


class Migration(migrations.Migration):

    dependencies = [
        ('sync', '0016_indexes_of_places'),
    ]

    operations = [
        DropIndexOfKey(
            model_name='cycle',
            name='mailbox',
            field=models.ForeignKey(db_column='mailboxid', db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='cycles', to='mailboxes.mailbox'),
        ),
        DropIndexOfKey(
            model_name='delivery',
            name='email',
            field=models.ForeignKey(db_column='activityid', db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='crm.email'),
        ),
        DropIndexOfKey(
            model_name='sendingrest',
            name='mailbox',
            field=models.ForeignKey(db_column='mailboxid', db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='sending_rests', to='mailboxes.mailbox'),
        ),
        DropIndexOfKey(
            model_name='trackingfolder',
            name='mailbox',
            field=models.ForeignKey(db_column='mailboxid', db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='tracking_folders', to='mailboxes.mailbox'),
        ),
    ]
