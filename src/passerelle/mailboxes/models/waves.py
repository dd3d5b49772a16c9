"""Waves: mailboxes tested and enabled by and by, as a plan says, and what came of each.

A plan's rows are all that is known of it: whoever runs it next goes on from them.
"""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from passerelle.constraints import CheckConstraint
from passerelle.guids import new_guid
from passerelle.mailboxes.models.mailbox import Mailbox

# Microsoft's advice: at most 200 every 5 hours (migration guide, point 13).
ADVISED_SIZE = 200
ADVISED_GAP_MINUTES = 300
LARGEST_SIZE = 1_000
LONGEST_GAP_MINUTES = 7 * 24 * 60


class PlanState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    STOPPED = "stopped", pgettext_lazy("plan", "Stopped")
    DONE = "done", pgettext_lazy("plan", "Done")


OPEN_STATES = (PlanState.RUNNING, PlanState.PAUSED)


class MemberOutcome(models.TextChoices):
    """What became of one mailbox of a plan."""

    WAITING = "", _("Waits for its wave")
    STARTED = "started", _("Is being tested")
    PASSED = "passed", _("Enabled")
    FAILED = "failed", _("Test failed")
    LEFT_OUT = "left-out", pgettext_lazy("one mailbox", "Left out")
    ALREADY = "already", _("Was enabled already")


class WavePlan(models.Model):
    """Which mailboxes, at which pace, and where the plan stands."""

    plan_id = models.UUIDField(primary_key=True, default=new_guid, db_column="waveplanid")
    name = models.CharField(_("name"), max_length=100)
    state = models.CharField(max_length=10, choices=PlanState, default=PlanState.PLANNED)
    wave_size = models.PositiveSmallIntegerField(
        _("mailboxes in a wave, at most"),
        default=ADVISED_SIZE,
        validators=[MinValueValidator(1), MaxValueValidator(LARGEST_SIZE)],
        db_column="wavesize",
    )
    gap_minutes = models.PositiveIntegerField(
        _("minutes from one wave to the next"),
        default=ADVISED_GAP_MINUTES,
        validators=[MinValueValidator(0), MaxValueValidator(LONGEST_GAP_MINUTES)],
        db_column="gapminutes",
    )
    hours_from = models.TimeField(_("not before"), null=True, blank=True, db_column="hoursfrom")
    hours_until = models.TimeField(_("not after"), null=True, blank=True, db_column="hoursuntil")
    chosen = models.JSONField(default=dict)  # how: words and filters, or how many addresses
    findings = models.JSONField(default=dict)  # who was left out of the plan, counted
    total = models.PositiveIntegerField(default=0)
    waves_total = models.PositiveIntegerField(default=0, db_column="wavestotal")
    next_wave = models.PositiveIntegerField(default=1, db_column="nextwave")
    next_on = models.DateTimeField(null=True, db_column="nexton")  # of the next wave, in a run
    created_on = models.DateTimeField(auto_now_add=True, db_column="createdon")
    created_by = models.CharField(max_length=150, db_column="createdby")
    started_on = models.DateTimeField(null=True, db_column="startedon")
    started_by = models.CharField(max_length=150, blank=True, db_column="startedby")
    finished_on = models.DateTimeField(null=True, db_column="finishedon")
    last_code = models.CharField(max_length=20, blank=True, db_column="lastcode")  # of a fault
    last_facts = models.JSONField(default=dict, db_column="lastfacts")

    class Meta:
        db_table = "mailboxwaveplan"
        ordering = ["-created_on", "-plan_id"]
        constraints = [
            CheckConstraint(condition=Q(state__in=PlanState.values), name="waveplan_state"),
            CheckConstraint(
                condition=Q(hours_from=None, hours_until=None)
                | Q(hours_from__isnull=False, hours_until__isnull=False),
                name="waveplan_hours_both",
            ),
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state=PlanState.RUNNING),
                name="waveplan_one_runs",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Wave(models.Model):
    """One wave of a plan: queues or users, never both."""

    wave_id = models.UUIDField(primary_key=True, default=new_guid, db_column="waveid")
    plan = models.ForeignKey(
        WavePlan, models.CASCADE, related_name="waves", db_column="waveplanid", db_index=False
    )
    number = models.PositiveIntegerField()
    of_queues = models.BooleanField(db_column="ofqueues")
    size = models.PositiveSmallIntegerField()
    started_on = models.DateTimeField(null=True, db_column="startedon")
    through_on = models.DateTimeField(null=True, db_column="throughon")  # first cycles are, too

    class Meta:
        db_table = "mailboxwave"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="wave_once")]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.number}"


class WaveMember(models.Model):
    """One mailbox of a plan."""

    id = models.BigAutoField(primary_key=True)
    plan = models.ForeignKey(
        WavePlan, models.CASCADE, related_name="members", db_column="waveplanid", db_index=False
    )
    wave_number = models.PositiveIntegerField(db_column="wavenumber")
    mailbox = models.ForeignKey(
        Mailbox, models.CASCADE, related_name="+", db_column="mailboxid", db_index=False
    )
    outcome = models.CharField(max_length=10, choices=MemberOutcome, default="", db_default="")
    code = models.CharField(max_length=20, blank=True, default="", db_default="")  # of the fault
    run_id = models.UUIDField(null=True, db_column="testrunid")
    cycled = models.BooleanField(default=False, db_default=False)  # its first cycle is over
    # Mail that came between this moment and 24 hours before the enabling is not read by itself.
    gap_from = models.DateTimeField(null=True, db_column="gapfrom")

    class Meta:
        db_table = "mailboxwavemember"
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "plan"], name="wavemember_once"),
            CheckConstraint(
                condition=Q(outcome__in=MemberOutcome.values), name="wavemember_outcome"
            ),
        ]
        indexes = [
            models.Index(fields=["plan", "wave_number", "id"], name="wavemember_of_wave"),
            models.Index(  # what is looked at again and again
                fields=["plan"],
                name="wavemember_in_test",
                condition=Q(outcome=MemberOutcome.STARTED),
            ),
            models.Index(
                fields=["plan", "id"], name="wavemember_gap", condition=Q(gap_from__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
