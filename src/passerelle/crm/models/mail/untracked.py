"""What a person had untracked, so that the same message is not taken where it comes again."""

from django.db import models


class UntrackedEmail(models.Model):
    """By what a message is known whose record was removed; kept as long as what was ignored."""

    activity_id = models.UUIDField(primary_key=True, db_column="activityid")  # that it had
    identity = models.BinaryField(max_length=32)  # both as of `Email`
    text_digest = models.BinaryField(max_length=32)
    untracked_on = models.DateTimeField(db_column="createdon")

    class Meta:
        db_table = "untrackedemail"
        constraints = [
            models.UniqueConstraint(fields=["identity", "text_digest"], name="untrackedemail_once")
        ]

    def __str__(self) -> str:
        return str(self.activity_id)
