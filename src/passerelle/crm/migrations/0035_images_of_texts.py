# The version before runs on it: yes.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0034_made_automatically'),
    ]

    operations = [
        migrations.AddField(
            model_name='activitymimeattachment',
            name='content_id',
            field=models.CharField(blank=True, db_column='attachmentcontentid', db_default='', default='', max_length=400),
        ),
    ]
