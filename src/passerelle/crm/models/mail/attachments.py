"""What hangs on an email beside its text: files, and the images that its text shows."""

from django.db import models

from passerelle.crm.models.keys import where_set
from passerelle.crm.models.mail.emails import Email
from passerelle.crm.models.mail.raw import RawMessage
from passerelle.guids import new_guid


class ActivityMimeAttachment(models.Model):
    """An attachment: a pointer into a raw message, extracted when somebody wants it.

    It points into the email's own message; that of a draft into the upload (no part then), or
    into the message that is forwarded, whose bytes are not copied before it is sent. When the
    message it points into has expired, its decoded bytes are kept alone (no part then, either).
    """

    attachment_id = models.UUIDField(
        primary_key=True, default=new_guid, db_column="activitymimeattachmentid"
    )
    email = models.ForeignKey(  # the rule of numbers begins with it
        Email, models.CASCADE, db_index=False, db_column="objectid", related_name="attachments"
    )
    number = models.PositiveIntegerField(db_column="attachmentnumber")
    filename = models.CharField(max_length=255, blank=True)
    mimetype = models.CharField(max_length=256, db_column="mimetype")
    # A `Kind` of messages; "" also for those recorded before it was kept.
    kind = models.CharField(
        max_length=20, blank=True, default="", db_default="", db_column="attachmentkind"
    )
    filesize = models.PositiveBigIntegerField()  # bytes, decoded
    part = models.CharField(max_length=60)  # path in the MIME tree, as 1.2
    raw = models.ForeignKey(  # None: the email's own
        RawMessage,
        models.SET_NULL,
        null=True,
        db_index=False,
        db_column="rawid",
        related_name="+",
    )
    digest = models.CharField(max_length=64)  # SHA-256 of the decoded bytes, hexadecimal
    # By which the HTML that is written here shows an image; "" for every other file.
    content_id = models.CharField(
        max_length=400, blank=True, default="", db_default="", db_column="attachmentcontentid"
    )

    class Meta:
        db_table = "activitymimeattachment"
        ordering = ["number"]
        indexes = [where_set("raw", "attachment_of_raw")]  # the removal of a message
        constraints = [
            models.UniqueConstraint(fields=["email", "number"], name="attachment_number_once")
        ]

    def __str__(self) -> str:
        return str(self.attachment_id)
