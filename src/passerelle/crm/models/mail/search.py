"""What is searched by its words: the emails that are indexed, and those that wait to be.

The words themselves lie where each database finds them fast, and Django knows no such place: in
SQLite the FTS5 table `emailwords`, whose rows have the numbers of these; in PostgreSQL a column
`words` (tsvector) of `emailindex`. Both are made by the migration of these tables.
"""

from django.db import models

from passerelle.crm.models.mail.emails import Email


class IndexedEmail(models.Model):
    """An email that can be found by its words; the later indexed has the higher number."""

    number = models.BigAutoField(primary_key=True, db_column="emailindexid")
    # The version before removes emails and knows nothing of this table, so the database asks for
    # no email here; a row without one is never found.
    email = models.OneToOneField(
        Email, models.CASCADE, db_constraint=False, db_column="activityid", related_name="indexed"
    )

    class Meta:
        db_table = "emailindex"

    def __str__(self) -> str:
        return str(self.number)


class EmailToIndex(models.Model):
    """An email whose words are new: written with it, removed when it is indexed."""

    number = models.BigAutoField(primary_key=True, db_column="emailtoindexid")
    email = models.ForeignKey(  # no constraint: as above
        Email,
        models.CASCADE,
        db_constraint=False,
        db_index=False,
        db_column="activityid",
        related_name="+",
    )

    class Meta:
        db_table = "emailtoindex"

    def __str__(self) -> str:
        return str(self.number)
