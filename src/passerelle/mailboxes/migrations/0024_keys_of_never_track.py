# The version before runs on it: yes.
"""Addresses and domains outside ASCII that are never tracked get the key of all their spellings."""

from django.db import migrations

from passerelle.messages import key_of

KINDS = ("address", "domain", "own-domain")


def rules(apps, schema_editor):
    """A list holds some hundreds; one that has two spellings of a value keeps one rule."""
    NeverTrackRule = apps.get_model("mailboxes", "NeverTrackRule")
    written = NeverTrackRule.objects.filter(kind__in=KINDS, value__regex=r"[^\x01-\x7f]")
    for rule in list(written):
        same = {name: getattr(rule, name) for name in ("kind", "systemuser_id", "queue_id")}
        rule.value = key_of(rule.value)
        if NeverTrackRule.objects.exclude(pk=rule.pk).filter(value=rule.value, **same).exists():
            rule.delete()
        else:
            rule.save(update_fields=["value"])


class Migration(migrations.Migration):

    dependencies = [
        ('mailboxes', '0023_trusted_delivery'),
    ]

    operations = [
        migrations.RunPython(rules, migrations.RunPython.noop),
    ]
