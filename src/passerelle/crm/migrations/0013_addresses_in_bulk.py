# The version before runs on it: yes.

import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0012_people_audit'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='signinaccount',
            index=models.Index(django.db.models.functions.text.Lower('username'), name='signinaccount_by_name'),
        ),
        migrations.AddIndex(
            model_name='systemuser',
            index=models.Index(django.db.models.functions.text.Lower('internal_email_address'), name='systemuser_by_address'),
        ),
    ]
