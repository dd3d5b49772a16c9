# The version before runs on it: yes.
"""No index of a key that another index begins with."""

import django.db.models.deletion
from django.db import migrations, models

from passerelle.indexes import DropIndexOfKey


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0043_indexes_of_what_is_set'),
    ]

    operations = [
        DropIndexOfKey(
            model_name='linkstep',
            name='change',
            field=models.ForeignKey(db_column='emaillinkchangeid', db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='crm.linkchange'),
        ),
        DropIndexOfKey(
            model_name='queuemembership',
            name='queue',
            field=models.ForeignKey(db_column='queueid', db_index=False, on_delete=django.db.models.deletion.CASCADE, to='crm.queue'),
        ),
        DropIndexOfKey(
            model_name='teammembership',
            name='team',
            field=models.ForeignKey(db_column='teamid', db_index=False, on_delete=django.db.models.deletion.CASCADE, to='crm.team'),
        ),
        DropIndexOfKey(
            model_name='wording',
            name='signature',
            field=models.ForeignKey(db_column='emailsignatureid', db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='wordings', to='crm.emailsignature'),
        ),
        DropIndexOfKey(
            model_name='wording',
            name='template',
            field=models.ForeignKey(db_column='templateid', db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='wordings', to='crm.emailtemplate'),
        ),
        DropIndexOfKey(
            model_name='wordingimage',
            name='signature',
            field=models.ForeignKey(db_column='emailsignatureid', db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='images', to='crm.emailsignature'),
        ),
        DropIndexOfKey(
            model_name='wordingimage',
            name='template',
            field=models.ForeignKey(db_column='templateid', db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='images', to='crm.emailtemplate'),
        ),
    ]
