# The version before runs on it: yes.
"""The readers of the emails that are here already, of mailboxes too; hence it stands in `sync`.

Some thousand emails a transaction: killed, it goes on from the beginning and doubles nothing.
"""

from django.db import migrations

EMAILS_AT_ONCE = 5_000
LOWEST, HIGHEST = "0" * 32, "f" * 32

LAST = "SELECT activityid FROM email WHERE activityid > %s ORDER BY activityid LIMIT 1 OFFSET %s"
FILL = """
    INSERT INTO principalobjectaccess (objectid, principalid, createdon)
    SELECT activityid, ownerid, createdon FROM email
    WHERE activityid > %(low)s AND activityid <= %(high)s AND ownerid IS NOT NULL
    UNION
    SELECT activityid, coalesce(acceptingentityid_systemuser, acceptingentityid_queue), createdon
    FROM email WHERE activityid > %(low)s AND activityid <= %(high)s
    AND coalesce(acceptingentityid_systemuser, acceptingentityid_queue) IS NOT NULL
    UNION
    SELECT email.activityid, coalesce(partyid_systemuser, partyid_queue), email.createdon
    FROM activityparty JOIN email ON email.activityid = activityparty.activityid
    WHERE activityparty.activityid > %(low)s AND activityparty.activityid <= %(high)s
    AND coalesce(partyid_systemuser, partyid_queue) IS NOT NULL
    UNION
    SELECT email.activityid, queueid, email.createdon
    FROM queueitem JOIN email ON email.activityid = queueitem.objectid
    WHERE queueitem.objectid > %(low)s AND queueitem.objectid <= %(high)s
    UNION
    SELECT email.activityid,
        coalesce(regardingobjectid_systemuser, regardingobjectid_queue), email.createdon
    FROM mailplace JOIN email ON email.activityid = mailplace.activityid
    JOIN mailbox ON mailbox.mailboxid = mailplace.mailboxid
    WHERE mailplace.activityid > %(low)s AND mailplace.activityid <= %(high)s
    AND coalesce(regardingobjectid_systemuser, regardingobjectid_queue) IS NOT NULL
    ON CONFLICT DO NOTHING
"""


def fill(apps, schema_editor):
    """Write the readers of every email, the oldest key first."""
    low, high = LOWEST, None
    with schema_editor.connection.cursor() as cursor:
        while high != HIGHEST:
            cursor.execute(LAST, [low, EMAILS_AT_ONCE])
            found = cursor.fetchone()
            high = found[0] if found else HIGHEST
            cursor.execute(FILL, {"low": low, "high": high})
            low = high


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('crm', '0026_readers'),
        ('sync', '0007_clues'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
