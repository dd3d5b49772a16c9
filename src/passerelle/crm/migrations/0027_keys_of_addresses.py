# The version before runs on it: yes.
"""Addresses outside ASCII get the key that all their spellings share."""

from django.db import migrations

from passerelle.messages import domain_key, key_of

BATCH = 1000
OUTSIDE_ASCII = r"[^\x01-\x7f]"


def _batches(rows, column):
    """The rows whose column holds more than ASCII, in the order of the key."""
    rows = rows.order_by("pk").filter(**{f"{column}__regex": OUTSIDE_ASCII})
    batch = list(rows[:BATCH])
    while batch:
        last = batch[-1].pk
        yield batch
        batch = list(rows.filter(pk__gt=last)[:BATCH])


def search(apps, schema_editor):
    """A record that has two spellings of one address has it once."""
    EmailSearch = apps.get_model("crm", "EmailSearch")
    parents = ("systemuser_id", "queue_id", "account_id", "contact_id", "lead_id")

    def holder(row):
        return (key_of(row.email_address), *(getattr(row, name) for name in parents))

    for batch in _batches(EmailSearch.objects, "email_address"):
        keys = {key_of(row.email_address) for row in batch}
        others = EmailSearch.objects.exclude(pk__in=[row.pk for row in batch])
        held = {holder(row) for row in others.filter(email_address__in=keys)}
        kept, twice = [], []
        for row in batch:
            (twice if holder(row) in held else kept).append(row)
            held.add(holder(row))
            row.email_address = key_of(row.email_address)
        EmailSearch.objects.filter(pk__in=[row.pk for row in twice]).delete()
        EmailSearch.objects.bulk_update(kept, ["email_address"], batch_size=200)


def parties(apps, schema_editor):
    """They keep how the local part was written; domains are stored as headers have them."""
    ActivityParty = apps.get_model("crm", "ActivityParty")
    for batch in _batches(ActivityParty.objects.only("address_used"), "address_used"):
        for row in batch:
            local, at, domain = row.address_used.rpartition("@")
            row.address_used = f"{local}{at}{domain_key(domain)}"[:320]
        ActivityParty.objects.bulk_update(batch, ["address_used"], batch_size=200)


def dead(apps, schema_editor):
    DeadAddress = apps.get_model("crm", "DeadAddress")
    for batch in _batches(DeadAddress.objects, "address"):
        former = [row.address for row in batch]
        for row in batch:
            row.address = key_of(row.address)
        DeadAddress.objects.bulk_create(
            [row for row in batch if row.address not in former], ignore_conflicts=True
        )
        DeadAddress.objects.filter(pk__in=set(former) - {row.address for row in batch}).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0026_readers'),
    ]

    operations = [
        migrations.RunPython(search, migrations.RunPython.noop),
        migrations.RunPython(parties, migrations.RunPython.noop),
        migrations.RunPython(dead, migrations.RunPython.noop),
    ]
