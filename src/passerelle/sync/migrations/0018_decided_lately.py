# The version before runs on it: yes.
"""What was decided lately is counted on the first page, among all that ever was."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sync', '0017_indexes_that_others_begin_with'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='place',
            index=models.Index(fields=['outcome', '-decided_on'], name='place_decided'),
        ),
    ]
