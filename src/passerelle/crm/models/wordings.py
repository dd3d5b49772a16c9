"""Signatures and templates, as Dataverse has them, each worded in one language or in several.

One without an owner belongs to all; it is changed by administrators. One of a user is theirs.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from passerelle.constraints import CheckConstraint
from passerelle.crm.models.keys import exactly_one
from passerelle.crm.models.people import SignInAccount, SystemUser
from passerelle.guids import new_guid


class EmailSignature(models.Model):
    """What stands below the emails of a user or of a queue."""

    signature_id = models.UUIDField(
        primary_key=True, default=new_guid, db_column="emailsignatureid"
    )
    title = models.CharField(_("title"), max_length=200)
    owner = models.ForeignKey(
        SystemUser, models.CASCADE, null=True, db_column="ownerid", related_name="signatures"
    )
    created_on = models.DateTimeField(auto_now_add=True, db_column="createdon")
    modified_on = models.DateTimeField(auto_now=True, db_column="modifiedon")

    class Meta:
        db_table = "emailsignature"
        ordering = ["title", "signature_id"]

    def __str__(self) -> str:
        return self.title


class EmailTemplate(models.Model):
    """An email that is written often: its subject and its text."""

    template_id = models.UUIDField(primary_key=True, default=new_guid, db_column="templateid")
    title = models.CharField(_("title"), max_length=200)
    owner = models.ForeignKey(
        SystemUser, models.CASCADE, null=True, db_column="ownerid", related_name="templates"
    )
    created_on = models.DateTimeField(auto_now_add=True, db_column="createdon")
    modified_on = models.DateTimeField(auto_now=True, db_column="modifiedon")

    class Meta:
        db_table = "template"
        ordering = ["title", "template_id"]

    def __str__(self) -> str:
        return self.title


class Wording(models.Model):
    """A signature or a template in one language."""

    wording_id = models.UUIDField(primary_key=True, default=new_guid, db_column="wordingid")
    signature = models.ForeignKey(
        EmailSignature,
        models.CASCADE,
        null=True,
        db_index=False,
        db_column="emailsignatureid",
        related_name="wordings",
    )
    template = models.ForeignKey(
        EmailTemplate,
        models.CASCADE,
        null=True,
        db_index=False,
        db_column="templateid",
        related_name="wordings",
    )
    language = models.CharField(max_length=5, db_column="languagecode")
    subject = models.CharField(_("subject"), max_length=800, blank=True)  # of a template
    html = models.TextField(_("text"), db_column="body")

    class Meta:
        db_table = "emailwording"
        ordering = ["language"]
        constraints = [
            CheckConstraint(condition=exactly_one("signature", "template"), name="wording_of_one"),
            models.UniqueConstraint(fields=["signature", "language"], name="wording_signature"),
            models.UniqueConstraint(fields=["template", "language"], name="wording_template"),
            CheckConstraint(
                condition=Q(language__in=[code for code, _name in settings.LANGUAGES]),
                name="wording_language_known",
            ),
        ]

    def __str__(self) -> str:
        return str(self.wording_id)


class WordingImage(models.Model):
    """An image that a signature or a template shows, in whichever languages.

    Its bytes are stored once. One that came into an editor and is not saved yet is its account's.
    """

    image_id = models.UUIDField(primary_key=True, default=new_guid, db_column="wordingimageid")
    signature = models.ForeignKey(
        EmailSignature,
        models.CASCADE,
        null=True,
        db_index=False,
        db_column="emailsignatureid",
        related_name="images",
    )
    template = models.ForeignKey(
        EmailTemplate,
        models.CASCADE,
        null=True,
        db_index=False,
        db_column="templateid",
        related_name="images",
    )
    account = models.ForeignKey(
        SignInAccount, models.CASCADE, null=True, db_column="signinaccountid", related_name="+"
    )
    content_id = models.CharField(max_length=400, unique=True, db_column="contentid")
    filename = models.CharField(max_length=255, blank=True)
    mimetype = models.CharField(max_length=256)  # by its octets
    filesize = models.PositiveIntegerField()  # bytes
    digest = models.CharField(max_length=64)  # SHA-256 of the bytes, hexadecimal
    content = models.BinaryField()
    created_on = models.DateTimeField(auto_now_add=True, db_column="createdon")

    class Meta:
        db_table = "emailwordingimage"
        ordering = ["created_on", "image_id"]
        constraints = [
            CheckConstraint(
                condition=exactly_one("signature", "template", "account"),
                name="wording_image_of_one",
            ),
            models.UniqueConstraint(
                fields=["signature", "digest"], name="wording_image_once_signature"
            ),
            models.UniqueConstraint(
                fields=["template", "digest"], name="wording_image_once_template"
            ),
        ]
        indexes = [
            # Those of an account that were never saved, the newest kept; and for retention.
            models.Index(
                fields=["created_on"],
                name="wording_image_unsaved",
                condition=Q(account__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.image_id)
