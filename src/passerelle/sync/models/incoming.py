"""Where reading stopped, what became of each message, and what is owed to the server.

The key of a place carries everything that gives a UID its meaning: the mailbox, the epoch of that
mailbox (another server or account behind it is another epoch), the folder and its UIDVALIDITY.
"""

from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from passerelle.constraints import CheckConstraint
from passerelle.crm.models import Email, RawMessage
from passerelle.crm.models.keys import where_set
from passerelle.guids import new_guid
from passerelle.mailboxes.models import Mailbox


class CursorRow(models.Model):
    """Where reading of one folder stopped."""

    mailbox_id: UUID

    epoch = models.PositiveIntegerField(default=1)
    folder = models.CharField(max_length=255, default="INBOX")
    uid_validity = models.PositiveBigIntegerField(default=0, db_column="uidvalidity")
    last_uid = models.PositiveBigIntegerField(default=0, db_column="lastuid")
    uid_next = models.PositiveBigIntegerField(default=0, db_column="uidnext")  # as last told
    stalled_cycles = models.PositiveIntegerField(default=0, db_column="stalledcycles")

    class Meta:
        abstract = True


class Reading(CursorRow):
    """The cursor of one mailbox's inbox, and the figures of its last cycle."""

    mailbox = models.OneToOneField(
        Mailbox, models.CASCADE, primary_key=True, related_name="reading", db_column="mailboxid"
    )
    source = models.CharField(max_length=700)  # protocol, host, port, user: another one, new epoch
    starts_on = models.DateTimeField(db_column="startson")  # nothing older is recorded
    cycle_started_on = models.DateTimeField(null=True, db_column="cyclestartedon")
    cycle_finished_on = models.DateTimeField(null=True, db_column="cyclefinishedon")
    listed = models.PositiveIntegerField(default=0)
    tracked = models.PositiveIntegerField(default=0)
    ignored = models.PositiveIntegerField(default=0)
    too_old = models.PositiveIntegerField(default=0, db_column="tooold")  # of the ignored ones
    quarantined = models.PositiveIntegerField(default=0)
    # The cycle with mail that began and is not in the time line yet.
    cycle = models.UUIDField(null=True, db_column="cycleid")
    # The looks that found nothing since the time line's last row: how many, the slowest one.
    quiet_looks = models.PositiveIntegerField(default=0, db_default=0, db_column="quietlooks")
    quiet_since = models.DateTimeField(null=True, db_column="quietsince")
    quiet_took = models.PositiveIntegerField(default=0, db_default=0, db_column="quiettook")
    quiet_steps = models.JSONField(null=True, db_column="quietsteps")  # milliseconds of each

    class Meta(CursorRow.Meta):
        abstract = False
        db_table = "mailboxreading"

    def __str__(self) -> str:
        return str(self.mailbox_id)


class Outcome(models.TextChoices):
    """What became of one message."""

    TRACKED = "tracked", _("Tracked")
    IGNORED = "ignored", _("Ignored")
    QUARANTINED = "quarantined", _("In quarantine")


class Place(models.Model):
    """One message on one server, and the decision about it with its reason."""

    place_id = models.UUIDField(primary_key=True, default=new_guid, db_column="placeid")
    mailbox = models.ForeignKey(  # an index below begins with it
        Mailbox, models.CASCADE, db_index=False, db_column="mailboxid", related_name="places"
    )
    epoch = models.PositiveIntegerField()
    folder = models.CharField(max_length=255)
    uid_validity = models.PositiveBigIntegerField(db_column="uidvalidity")  # 0 for POP3
    uid = models.PositiveBigIntegerField()  # 0 for POP3
    uidl = models.CharField(max_length=512, blank=True)  # RFC 1939: 70; some servers give more
    # In a forward mailbox: which attached message, "2" or "2/1"; "" for the message itself.
    part = models.CharField(max_length=200, blank=True)
    forwarder = models.ForeignKey(  # whose mail it is, when it was forwarded
        Mailbox,
        models.SET_NULL,
        null=True,
        db_index=False,  # few are: the index below holds those alone
        related_name="+",
        db_column="forwardermailboxid",
    )
    outcome = models.CharField(max_length=12, choices=Outcome)
    reason = models.SmallIntegerField()  # tracking.Reason
    facts = models.JSONField(default=dict)  # what the decision looked at
    message_id = models.CharField(max_length=320, blank=True, db_column="messageid")
    sender = models.CharField(max_length=320, blank=True)
    email = models.ForeignKey(
        Email, models.SET_NULL, null=True, related_name="places", db_column="activityid"
    )
    received_on = models.DateTimeField(null=True, db_column="receivedon")
    decided_on = models.DateTimeField(db_column="decidedon")
    # When it no longer named that message: POP3 did not list it (the UIDLs still there are what a
    # cycle loads, so its memory follows the mailbox and not its history), a folder was bound anew.
    gone_on = models.DateTimeField(null=True, db_column="goneon")

    class Meta:
        db_table = "mailplace"
        constraints = [
            models.UniqueConstraint(
                fields=["mailbox", "epoch", "folder", "uid_validity", "uid", "uidl", "part"],
                condition=Q(gone_on__isnull=True),
                name="place_once",
            ),
            CheckConstraint(condition=Q(outcome__in=Outcome.values), name="place_outcome_known"),
        ]
        indexes = [
            models.Index(fields=["mailbox", "-decided_on"], name="place_newest"),  # mailbox page
            models.Index(fields=["outcome", "-decided_on"], name="place_decided"),  # first page
            where_set("forwarder", "place_of_forwarder"),  # the removal of a mailbox
        ]

    def __str__(self) -> str:
        return str(self.place_id)


class Clue(models.Model):
    """By what a message that became no record is found: an address of it, or its Message-ID.

    Keys are time-ordered, so that the newest places of one text are a seek in the primary key.
    A tracked message has no rows here: its record has parties and a Message-ID.
    """

    pk = models.CompositePrimaryKey("text", "place_id")
    # An address in lower case, or a Message-ID, which begins with an angle bracket and no other.
    text = models.CharField(max_length=320)
    place = models.ForeignKey(Place, models.CASCADE, db_column="placeid", related_name="clues")

    class Meta:
        db_table = "mailclue"

    def __str__(self) -> str:
        return str(self.place_id)


class QuarantineState(models.TextChoices):
    WAITING = "waiting", _("Waits for a person")
    TAKEN = "taken", _("Taken")
    AGAIN = "again", _("Tried again")


class Quarantine(models.Model):
    """A message that could not become a record: kept whole, with the reason."""

    place = models.OneToOneField(
        Place,
        models.CASCADE,
        primary_key=True,
        related_name="quarantine",
        db_column="placeid",
    )
    raw = models.ForeignKey(RawMessage, models.PROTECT, null=True, db_column="rawid")
    code = models.CharField(max_length=20)  # of the fault
    facts = models.JSONField(default=dict)
    state = models.CharField(
        max_length=10, choices=QuarantineState, default=QuarantineState.WAITING
    )
    tries = models.PositiveIntegerField(default=1)
    decided_by = models.CharField(max_length=150, blank=True, db_column="decidedby")
    changed_on = models.DateTimeField(auto_now=True, db_column="changedon")

    class Meta:
        db_table = "mailquarantine"
        constraints = [
            CheckConstraint(
                condition=Q(state__in=QuarantineState.values), name="quarantine_state_known"
            )
        ]
        indexes = [  # the two boxes of its page; the first one is counted on each page
            models.Index(
                fields=["-changed_on", "-place"],
                name="quarantine_waiting",
                condition=Q(state="waiting"),
            ),
            models.Index(
                fields=["-changed_on", "-place"],
                name="quarantine_decided",
                condition=~Q(state="waiting"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.place_id)


class TouchKind(models.TextChoices):
    KEYWORD = "keyword", _("Set a keyword")
    REMOVE = "remove", _("Remove the message")
    MOVE = "move", _("Move the message to another folder")


class Touch(models.Model):
    """Something still owed to the server; committed with the record, removed when it is done."""

    touch_id = models.UUIDField(primary_key=True, default=new_guid, db_column="touchid")
    place = models.ForeignKey(  # the rule below begins with it
        Place, models.CASCADE, db_index=False, db_column="placeid", related_name="touches"
    )
    mailbox = models.ForeignKey(Mailbox, models.CASCADE, db_column="mailboxid", related_name="+")
    # The watched folder in which the message lies, whatever it is called now; None: the inbox.
    tracking_folder = models.ForeignKey(
        "TrackingFolder",
        models.CASCADE,
        null=True,
        related_name="touches",
        db_column="mailboxtrackingfolderid",
    )
    kind = models.CharField(max_length=10, choices=TouchKind)
    value = models.CharField(max_length=255, blank=True)  # the keyword, or the folder
    not_before = models.DateTimeField(null=True, db_column="notbefore")  # None: at once
    created_on = models.DateTimeField(auto_now_add=True, db_column="createdon")
    # Of a move by a copy: where the other folder ended before it, and whether the copy is there.
    end_uid_validity = models.PositiveBigIntegerField(null=True, db_column="enduidvalidity")
    end_uid_next = models.PositiveBigIntegerField(null=True, db_column="enduidnext")
    is_copied = models.BooleanField(default=False, db_default=False, db_column="iscopied")

    class Meta:
        db_table = "mailtouch"
        constraints = [
            models.UniqueConstraint(fields=["place", "kind", "value"], name="touch_once"),
            CheckConstraint(condition=Q(kind__in=TouchKind.values), name="touch_kind_known"),
            CheckConstraint(
                condition=Q(
                    end_uid_validity__isnull=True, end_uid_next__isnull=True, is_copied=False
                )
                | Q(end_uid_validity__isnull=False, end_uid_next__isnull=False, kind="move"),
                name="touch_copied_in_order",
            ),
        ]

    def __str__(self) -> str:
        return str(self.touch_id)
