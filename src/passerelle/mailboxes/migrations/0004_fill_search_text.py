# The version before runs on it: yes.
from django.db import migrations

from passerelle.mailboxes.models.search_text import search_text_of

BATCH = 1000


def fill(apps, schema_editor):
    Mailbox = apps.get_model("mailboxes", "Mailbox")
    rows = Mailbox.objects.order_by("pk").only("name", "email_address")
    batch = list(rows[:BATCH])
    while batch:
        for one in batch:
            one.search_text = search_text_of(one.name, one.email_address)
        Mailbox.objects.bulk_update(batch, ["search_text"], batch_size=200)
        batch = list(rows.filter(pk__gt=batch[-1].pk)[:BATCH])


class Migration(migrations.Migration):

    dependencies = [
        ('mailboxes', '0003_search_and_bulk'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
