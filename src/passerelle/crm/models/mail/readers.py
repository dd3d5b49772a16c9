"""Who may read which email, by row: worked out from the records, so that pages need not.

A copy, like the index of words: `passerelle repair access` makes it anew from the records.
"""

from django.db import models

from passerelle.crm.models.mail.emails import Email


class PrincipalObjectAccess(models.Model):
    """One user or queue, and one email that is theirs to read; members of a queue read its own.

    The principal is a bare GUID: half the rows to write, and that of a user or queue who is no
    more is asked for by nobody.
    """

    pk = models.CompositePrimaryKey("email", "principal")
    # The version before removes emails and knows nothing of this table: no constraint.
    email = models.ForeignKey(
        Email, models.CASCADE, db_constraint=False, db_index=False, db_column="objectid",
        related_name="readers",
    )  # fmt: skip
    principal = models.UUIDField(db_column="principalid")
    created_on = models.DateTimeField(db_column="createdon")  # the email's: the order of lists

    class Meta:
        db_table = "principalobjectaccess"
        indexes = [  # somebody's mail, the newest first
            models.Index(fields=["principal", "-created_on", "-email"], name="access_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.principal} {self.email_id}"
