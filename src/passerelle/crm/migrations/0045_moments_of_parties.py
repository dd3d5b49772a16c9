# The version before runs on it: yes.
"""The moment of an email stands with its parties, and the emails of a customer in order of it."""

from django.db import migrations, models

# Of all: an address that means nobody today may mean a customer tomorrow.
FILL = """
    UPDATE activityparty
    SET createdon = (SELECT createdon FROM email WHERE email.activityid = activityparty.activityid)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0044_indexes_that_others_begin_with'),
    ]

    operations = [
        migrations.AddField(
            model_name='activityparty',
            name='created_on',
            field=models.DateTimeField(db_column='createdon', null=True),
        ),
        migrations.RemoveIndex(model_name='activityparty', name='activityparty_of_account'),
        migrations.RemoveIndex(model_name='email', name='email_of_account'),
        migrations.RemoveIndex(model_name='activityparty', name='activityparty_of_contact'),
        migrations.RemoveIndex(model_name='email', name='email_of_contact'),
        migrations.RemoveIndex(model_name='activityparty', name='activityparty_of_lead'),
        migrations.RemoveIndex(model_name='email', name='email_of_lead'),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='activityparty',
            index=models.Index(condition=models.Q(('account__isnull', False)), fields=['account', '-created_on', '-email'], name='activityparty_of_account'),
        ),
        migrations.AddIndex(
            model_name='email',
            index=models.Index(condition=models.Q(('regarding_account__isnull', False)), fields=['regarding_account', '-created_on', '-activity_id'], name='email_of_account'),
        ),
        migrations.AddIndex(
            model_name='activityparty',
            index=models.Index(condition=models.Q(('contact__isnull', False)), fields=['contact', '-created_on', '-email'], name='activityparty_of_contact'),
        ),
        migrations.AddIndex(
            model_name='email',
            index=models.Index(condition=models.Q(('regarding_contact__isnull', False)), fields=['regarding_contact', '-created_on', '-activity_id'], name='email_of_contact'),
        ),
        migrations.AddIndex(
            model_name='activityparty',
            index=models.Index(condition=models.Q(('lead__isnull', False)), fields=['lead', '-created_on', '-email'], name='activityparty_of_lead'),
        ),
        migrations.AddIndex(
            model_name='email',
            index=models.Index(condition=models.Q(('regarding_lead__isnull', False)), fields=['regarding_lead', '-created_on', '-activity_id'], name='email_of_lead'),
        ),
    ]
