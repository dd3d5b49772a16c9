"""The folders of a mailbox that are read beside its inbox, and what its server said of them all."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from passerelle.constraints import CheckConstraint
from passerelle.crm.models import Account, Contact, Lead
from passerelle.crm.models.mail.emails import REGARDING
from passerelle.guids import new_guid
from passerelle.mailboxes.models import Mailbox
from passerelle.sync.models.incoming import CursorRow

NAME_CHARS = 255


class FolderMeaning(models.TextChoices):
    """What it means that a message lies in the folder."""

    WATCH = "watch", _("Read like the inbox")
    REGARDING = "regarding", _("Tracked, and regards a record")
    SENT = "sent", _("Read as outgoing email")


class FolderStanding(models.TextChoices):
    """Whether the folder can be read."""

    NEW = "new", _("Not looked into yet")
    READ = "read", _("Read")
    GONE = "gone", _("No longer there")
    CLOSED = "closed", _("Holds no messages")


def _regarded_once() -> Q:
    """One record where the folder means one, none where it does not."""
    nothing = Q(**{f"{name}__isnull": True for name in REGARDING})
    one = Q()
    for name in REGARDING:
        one |= Q(**{f"{other}__isnull": other != name for other in REGARDING})
    return (nothing & ~Q(meaning="regarding")) | (one & Q(meaning="regarding"))


class TrackingFolder(CursorRow):
    """One folder that is read, with its own cursor. A rename keeps the row."""

    tracking_folder_id = models.UUIDField(
        primary_key=True, default=new_guid, db_column="mailboxtrackingfolderid"
    )
    mailbox = models.ForeignKey(
        Mailbox,
        models.CASCADE,
        related_name="tracking_folders",
        db_index=False,
        db_column="mailboxid",
    )
    # "" of the Sent folder until it is found.
    folder = models.CharField(max_length=NAME_CHARS, db_column="foldername")
    object_id = models.CharField(max_length=255, blank=True, db_column="folderid")  # RFC 8474
    meaning = models.CharField(max_length=10, choices=FolderMeaning)
    # With its record the rule goes; what was tracked stays.
    regarding_account = models.ForeignKey(
        Account, models.CASCADE, null=True, related_name="+", db_column="regardingobjectid_account"
    )
    regarding_contact = models.ForeignKey(
        Contact, models.CASCADE, null=True, related_name="+", db_column="regardingobjectid_contact"
    )
    regarding_lead = models.ForeignKey(
        Lead, models.CASCADE, null=True, related_name="+", db_column="regardingobjectid_lead"
    )
    takes_earlier = models.BooleanField(default=True, db_column="takesearlier")
    # As it was last read; of a Sent folder since when it is read.
    starts_on = models.DateTimeField(null=True, db_column="startson")
    standing = models.CharField(
        max_length=10, choices=FolderStanding, default=FolderStanding.NEW, db_column="standing"
    )
    tracked = models.PositiveIntegerField(default=0)
    ignored = models.PositiveIntegerField(default=0)
    quarantined = models.PositiveIntegerField(default=0)
    read_on = models.DateTimeField(null=True, db_column="readon")  # when mail was last found in it
    created_by = models.CharField(max_length=150, db_column="createdby")
    created_on = models.DateTimeField(auto_now_add=True, db_column="createdon")

    class Meta(CursorRow.Meta):
        abstract = False
        db_table = "mailboxtrackingfolder"
        constraints = [
            models.UniqueConstraint(
                fields=["mailbox", "folder"],
                name="trackingfolder_once",
                violation_error_message=_("This folder is read already."),
            ),
            models.UniqueConstraint(
                fields=["mailbox"],
                condition=Q(meaning="sent"),
                name="trackingfolder_one_sent",
                violation_error_message=_("The Sent folder is read already."),
            ),
            CheckConstraint(
                condition=Q(meaning__in=FolderMeaning.values), name="trackingfolder_meaning_known"
            ),
            CheckConstraint(
                condition=Q(standing__in=FolderStanding.values),
                name="trackingfolder_standing_known",
            ),
            CheckConstraint(condition=_regarded_once(), name="trackingfolder_regarding"),
        ]

    def __str__(self) -> str:
        return self.folder

    @property
    def is_sent(self) -> bool:
        """Whether its owner sent what lies in it."""
        return self.meaning == FolderMeaning.SENT

    @property
    def regarding(self) -> Account | Contact | Lead | None:
        """The record that its mail regards."""
        return self.regarding_account or self.regarding_contact or self.regarding_lead


class FolderLook(models.Model):
    """The folders of a mailbox as its server listed them, for a person who chooses among them."""

    mailbox = models.OneToOneField(
        Mailbox, models.CASCADE, primary_key=True, related_name="+", db_column="mailboxid"
    )
    requested_by = models.CharField(max_length=150, db_column="requestedby")
    requested_on = models.DateTimeField(db_column="requestedon")
    step = models.CharField(max_length=20, blank=True)  # of opening the connection
    finished_on = models.DateTimeField(null=True, db_column="finishedon")
    code = models.CharField(max_length=20, blank=True)  # of the fault
    facts = models.JSONField(default=dict)  # of the fault
    folders = models.JSONField(default=list)  # [name, delimiter, whether it holds messages]

    class Meta:
        db_table = "mailboxfolderlook"

    def __str__(self) -> str:
        return str(self.mailbox_id)
