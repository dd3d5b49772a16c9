"""By what emails are found to belong together that do not say so, or not when they arrive.

The version before removes emails and knows nothing of these tables, so the database asks for no
email here; a row without one is never found.
"""

from django.db import models
from django.db.models import Q

from passerelle.constraints import CheckConstraint
from passerelle.crm.models.mail.emails import Email


class EmailHash(models.Model):
    """What smart matching compares of an email; the original keeps a row a word and an address."""

    email = models.OneToOneField(
        Email,
        models.CASCADE,
        primary_key=True,
        db_constraint=False,
        db_column="activityid",
        related_name="+",
    )
    subject_hash = models.BigIntegerField(db_column="subjecthash")
    people = models.BinaryField(max_length=160, db_column="addresshashes")
    written_on = models.DateTimeField(db_column="senton")

    class Meta:
        db_table = "emailhash"
        indexes = [  # the newest under the same words
            models.Index(fields=["subject_hash", "-written_on"], name="emailhash_by_subject")
        ]

    def __str__(self) -> str:
        return str(self.email_id)


class EmailHashVariant(models.Model):
    """A way to leave words out of a subject, none too; kept where subjects may differ."""

    number = models.BigAutoField(primary_key=True, db_column="emailhashvariantid")
    email = models.ForeignKey(
        Email, models.CASCADE, db_constraint=False, db_column="activityid", related_name="+"
    )
    subject_hash = models.BigIntegerField(db_column="subjecthash")
    written_on = models.DateTimeField(db_column="senton")

    class Meta:
        db_table = "emailhashvariant"
        indexes = [  # the newest under words that both subjects have
            models.Index(fields=["subject_hash", "-written_on"], name="emailhashvariant_by_subject")
        ]

    def __str__(self) -> str:
        return str(self.number)


class EmailHashing(models.Model):
    """How far what was here already is compared, from the newest email back: one row."""

    only = models.BooleanField(default=True, primary_key=True, editable=False)
    since = models.DateTimeField(db_column="sinceon")  # what was recorded before it is left out
    # The email that was looked at last: recorded then, under this key.
    at_on = models.DateTimeField(db_column="aton")
    at_email = models.UUIDField(db_column="atactivityid")
    emails = models.PositiveIntegerField(default=0)  # looked at so far
    # The last variant of the rules before: what is left of those then goes.
    former_variant = models.BigIntegerField(default=0, db_default=0, db_column="formervariantid")
    ended_on = models.DateTimeField(null=True, db_column="endedon")

    class Meta:
        db_table = "emailhashing"
        constraints = [CheckConstraint(condition=Q(only=True), name="emailhashing_one")]

    def __str__(self) -> str:
        return "emailhashing"


class AwaitedReference(models.Model):
    """An email that an answer refers to, and that was not stored when the answer came."""

    number = models.BigAutoField(primary_key=True, db_column="awaitedreferenceid")
    answer = models.ForeignKey(
        Email,
        models.CASCADE,
        db_constraint=False,
        db_column="activityid",
        related_name="awaited_references",
    )
    message_hash = models.BigIntegerField(db_column="messageidhash")
    distance = models.PositiveSmallIntegerField()  # 0 is the newest of its References

    class Meta:
        db_table = "awaitedreference"
        indexes = [  # which answers wait for an email that arrives
            models.Index(fields=["message_hash"], name="awaitedreference_by_id")
        ]

    def __str__(self) -> str:
        return str(self.number)
