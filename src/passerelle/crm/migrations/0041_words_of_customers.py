# The version before runs on it: yes.
"""The words by which accounts, contacts and leads are found.

What the version before makes or changes meanwhile has them after `passerelle repair names`.
"""

from django.db import migrations, models

from passerelle.crm.names.words import words_of

RECORDS_AT_ONCE = 2_000
SEARCHED = {
    "account": ("name", "emailaddress1"),
    "contact": ("fullname", "emailaddress1", "emailaddress2", "emailaddress3"),
    "lead": ("fullname", "companyname", "emailaddress1"),
}
NAMES = {"account": "name", "contact": "fullname", "lead": "fullname"}
# The words are folded already, and hold letters and digits only: `ascii` splits them at the spaces
# alone, whatever letters Unicode has been given since.
FTS5 = (
    "CREATE VIRTUAL TABLE {kind}words USING fts5("
    "words, tokenize = 'ascii', detail = none, columnsize = 0)"
)
GIN = (
    "CREATE INDEX {kind}_words ON {kind} "
    "USING gin (array_to_tsvector(string_to_array(btrim(searchwords), ' ')))"
)


def make(apps, schema_editor):
    """The index of SQLite."""
    if schema_editor.connection.vendor == "sqlite":
        for kind in SEARCHED:
            schema_editor.execute(FTS5.format(kind=kind))


def unmake(apps, schema_editor):
    """Take SQLite's index away."""
    if schema_editor.connection.vendor == "sqlite":
        for kind in SEARCHED:
            schema_editor.execute(f"DROP TABLE {kind}words")


def fill(apps, schema_editor):
    """The words of every record, some records at a time."""
    for kind, columns in SEARCHED.items():
        statement = (
            f"SELECT {kind}id, {', '.join(columns)} FROM {kind} "
            f"WHERE {kind}id > %s ORDER BY {kind}id LIMIT {RECORDS_AT_ONCE}"
        )
        last, number = "00000000-0000-0000-0000-000000000000", 0
        if schema_editor.connection.vendor == "sqlite":
            last = ""
        while True:
            with schema_editor.connection.cursor() as cursor:
                cursor.execute(statement, [last])
                rows = [(key, words_of(texts)) for key, *texts in cursor.fetchall()]
            if not rows:
                break
            write(schema_editor.connection, kind, number, rows)
            last, number = rows[-1][0], number + len(rows)


def write(connection, kind, before, rows):
    """Words into the records, and into the index of SQLite, numbered in the order of the keys."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            numbered = [(words, at, key) for at, (key, words) in enumerate(rows, before + 1)]
            cursor.executemany(
                f"INSERT INTO {kind}words (words, rowid) VALUES (%s, %s)",
                [(words, at) for words, at, _ in numbered],
            )
            cursor.executemany(
                f"UPDATE {kind} SET searchwords = %s, searchnumber = %s WHERE {kind}id = %s",
                numbered,
            )
        else:
            cursor.execute(
                f"UPDATE {kind} SET searchwords = found.words "
                "FROM unnest(%s::uuid[], %s::text[]) AS found (record, words) "
                f"WHERE {kind}id = found.record",
                [[key for key, _ in rows], [words for _, words in rows]],
            )


def index(apps, schema_editor):
    """PostgreSQL's index, after the words: that is quicker."""
    if schema_editor.connection.vendor == "postgresql":
        for kind in SEARCHED:
            schema_editor.execute(GIN.format(kind=kind))


def unindex(apps, schema_editor):
    """Take PostgreSQL's index away."""
    if schema_editor.connection.vendor == "postgresql":
        for kind in SEARCHED:
            schema_editor.execute(f"DROP INDEX {kind}_words")


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0040_wording_images'),
    ]

    operations = [
        *(
            migrations.AddField(
                model_name=kind,
                name='search_number',
                field=models.BigIntegerField(db_column='searchnumber', editable=False, null=True),
            )
            for kind in SEARCHED
        ),
        *(
            migrations.AddField(
                model_name=kind,
                name='search_words',
                field=models.TextField(blank=True, db_column='searchwords', db_default='', default='', editable=False),
            )
            for kind in SEARCHED
        ),
        migrations.RunPython(make, unmake),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(index, unindex),
        *(
            migrations.AddIndex(
                model_name=kind,
                index=models.Index(
                    condition=models.Q(('search_number__isnull', False)),
                    fields=['search_number', name, f'{kind}_id', 'statecode', 'merged'],
                    name=f'{kind}_by_number',
                ),
            )
            for kind, name in NAMES.items()
        ),
    ]
