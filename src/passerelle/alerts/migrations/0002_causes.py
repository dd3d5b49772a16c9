# The version before runs on it: no.
"""Open alerts get the digest of their cause. The previous release still runs on this table."""

from django.db import migrations, models
from django.db.models import Q


def name_causes(apps, schema_editor):
    from passerelle.alerts.causes import cause_of

    Alert = apps.get_model("alerts", "Alert")
    changed = []
    for alert in Alert.objects.filter(closed_on=None).iterator(chunk_size=1000):
        alert.cause = cause_of(alert.subject_kind, alert.subject_id, alert.code, alert.facts)
        changed.append(alert)
        if len(changed) == 1000:
            Alert.objects.bulk_update(changed, ["cause"])
            changed.clear()
    Alert.objects.bulk_update(changed, ["cause"])


class Migration(migrations.Migration):

    dependencies = [("alerts", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="alert",
            name="cause",
            field=models.CharField(db_default="", default="", max_length=64),
        ),
        migrations.RunPython(name_causes, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(
                condition=Q(("closed_on__isnull", True)),
                fields=["cause", "-last_seen_on"],
                name="alert_of_cause",
            ),
        ),
    ]
