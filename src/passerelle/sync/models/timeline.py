"""The time line of a mailbox: its cycles, and what became of each.

Looks that find nothing are no rows: the streak that goes on now stands in `Reading`, which such a
look writes anyway, and becomes one row when it ends. So does a fault that comes again and again.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from passerelle.constraints import CheckConstraint
from passerelle.guids import new_guid
from passerelle.mailboxes.models import Mailbox


class CycleKind(models.TextChoices):
    """What a cycle does; the values are those of the kinds of work."""

    INCOMING = "incoming", _("Incoming")
    OUTGOING = "outgoing", _("Outgoing")
    COPIES = "sent-copies", _("Sent copies")


class Ending(models.TextChoices):
    """How a cycle ended."""

    DONE = "done", pgettext_lazy("cycle", "Done")
    QUIET = "quiet", _("Nothing new")
    GOES_ON = "goes-on", _("Goes on at once")  # its time was up before its work was
    STOPPED = "stopped", _("Stopped by a person")
    FAULT = "fault", _("Fault")
    INTERRUPTED = "interrupted", _("Interrupted")  # killed, or taken over by another worker


class Cycle(models.Model):
    """One cycle, or a streak of cycles that ended alike with nothing to tell apart."""

    cycle_id = models.UUIDField(primary_key=True, default=new_guid, db_column="cycleid")
    mailbox = models.ForeignKey(
        Mailbox, models.CASCADE, related_name="cycles", db_index=False, db_column="mailboxid"
    )
    kind = models.CharField(max_length=12, choices=CycleKind)
    ending = models.CharField(max_length=12, choices=Ending)
    code = models.CharField(max_length=20, blank=True)  # of the fault
    began_on = models.DateTimeField(db_column="beganon")
    ended_on = models.DateTimeField(db_column="endedon")  # of the last one of a streak
    looks = models.PositiveIntegerField(default=1)  # cycles in the streak
    took = models.PositiveIntegerField(default=0)  # milliseconds, of the slowest one; 0: unknown
    steps = models.JSONField(default=dict)  # milliseconds of each step of that one
    listed = models.PositiveIntegerField(default=0)  # new messages; emails or copies that were due
    done = models.PositiveIntegerField(default=0)  # tracked, sent, filed
    ignored = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)  # in quarantine, not sent, not filed
    octets = models.PositiveBigIntegerField(default=0)

    class Meta:
        db_table = "mailboxcycle"
        constraints = [
            CheckConstraint(condition=Q(kind__in=CycleKind.values), name="cycle_kind_known"),
            CheckConstraint(condition=Q(ending__in=Ending.values), name="cycle_ending_known"),
        ]
        indexes = [models.Index(fields=["mailbox", "-began_on"], name="cycle_newest")]  # its pages

    def __str__(self) -> str:
        return str(self.cycle_id)
