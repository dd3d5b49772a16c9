"""Raw messages in packs: one compressed block a batch, so that a message costs no file of its own.

A pack is a row of the same database: what a transaction records it records with its bytes, and a
backup of the database is a backup of the mail.
"""

from django.db import models

from passerelle.guids import new_guid


class RawPack(models.Model):
    """The raw messages of one batch, each a zstd frame of its own, one after the other."""

    pack_id = models.UUIDField(primary_key=True, default=new_guid, db_column="packid")
    content = models.BinaryField()
    created_on = models.DateTimeField(auto_now_add=True, db_column="createdon")

    class Meta:
        db_table = "rawpack"

    def __str__(self) -> str:
        return str(self.pack_id)


class RawMessage(models.Model):
    """Where the bytes of one message lie in a pack."""

    raw_id = models.UUIDField(primary_key=True, default=new_guid, db_column="rawid")
    pack = models.ForeignKey(RawPack, models.PROTECT, db_column="packid")
    offset = models.PositiveBigIntegerField()  # bytes from the start of the pack
    length = models.PositiveBigIntegerField()  # bytes of the frame
    size = models.PositiveBigIntegerField()  # bytes of the message itself
    whole = models.BooleanField(default=True)  # False: headers only, the message was too large

    class Meta:
        db_table = "rawmessage"

    def __str__(self) -> str:
        return str(self.raw_id)
