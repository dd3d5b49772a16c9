"""One run of Test and Enable, step by step, so that a page can show it live."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from passerelle.constraints import CheckConstraint
from passerelle.guids import new_guid
from passerelle.mailboxes.models.choices import Direction
from passerelle.mailboxes.models.mailbox import Mailbox
from passerelle.mailboxes.models.profile import EmailServerProfile


class StepOutcome(models.TextChoices):
    RUNNING = "running", _("Running")
    PASSED = "passed", _("Passed")
    WARNED = "warned", _("Passed with a warning")
    FAILED = "failed", _("Failed")
    SKIPPED = "skipped", _("Not run")


class TestRun(models.Model):
    """A test of one mailbox, by one person or command; successful directions become enabled."""

    run_id = models.UUIDField(primary_key=True, default=new_guid, db_column="testrunid")
    mailbox = models.ForeignKey(
        Mailbox, models.CASCADE, db_column="mailboxid", related_name="test_runs"
    )
    requested_on = models.DateTimeField(auto_now_add=True, db_column="requestedon")
    requested_by = models.CharField(max_length=150, db_column="requestedby")
    enable = models.BooleanField(default=True)  # False: test only
    test_id = models.CharField(max_length=40, db_column="testid")  # in the test message's header
    # What is known of the test message, each written before the next may happen: a test that was
    # killed goes on from here and never sends twice.
    handed_over_on = models.DateTimeField(null=True, db_column="handedoveron")  # before the dot
    sent_on = models.DateTimeField(null=True, db_column="senton")  # the server took it
    arrived_on = models.DateTimeField(null=True, db_column="arrivedon")
    finished_on = models.DateTimeField(null=True, db_column="finishedon")

    class Meta:
        db_table = "mailboxtestrun"
        ordering = ["-requested_on"]

    def __str__(self) -> str:
        return str(self.run_id)


class Step(models.Model):
    """One step: its time, its outcome, and the fault with its remedy when it failed."""

    step_id = models.UUIDField(primary_key=True, default=new_guid, db_column="teststepid")
    position = models.PositiveSmallIntegerField()
    direction = models.CharField(max_length=10, choices=Direction)
    name = models.CharField(max_length=20)  # resolve … sign-in, list, send, arrived, removed
    outcome = models.CharField(max_length=10, choices=StepOutcome)
    started_on = models.DateTimeField(db_column="startedon")
    milliseconds = models.PositiveIntegerField(null=True)
    fact = models.CharField(max_length=500, blank=True)  # an address, a version, an expiry
    code = models.CharField(max_length=20, blank=True)  # of the fault
    facts = models.JSONField(default=dict)  # of the fault

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class TestStep(Step):
    """A step of the test of a mailbox."""

    run = models.ForeignKey(
        TestRun, models.CASCADE, db_index=False, db_column="testrunid", related_name="steps"
    )

    class Meta:
        db_table = "mailboxteststep"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="teststep_position_once"),
            CheckConstraint(
                condition=models.Q(outcome__in=StepOutcome.values), name="teststep_outcome_known"
            ),
        ]


class ProfileTest(models.Model):
    """A Test connection of one profile: its servers are met, and signed in to where it can be."""

    run_id = models.UUIDField(primary_key=True, default=new_guid, db_column="profiletestid")
    profile = models.ForeignKey(
        EmailServerProfile,
        models.CASCADE,
        db_column="emailserverprofileid",
        related_name="test_runs",
    )
    requested_on = models.DateTimeField(auto_now_add=True, db_column="requestedon")
    requested_by = models.CharField(max_length=150, db_column="requestedby")
    finished_on = models.DateTimeField(null=True, db_column="finishedon")

    class Meta:
        db_table = "emailserverprofiletest"
        ordering = ["-requested_on"]

    def __str__(self) -> str:
        return str(self.run_id)


class ProfileTestStep(Step):
    """A step of the test of a profile."""

    run = models.ForeignKey(
        ProfileTest, models.CASCADE, db_index=False, db_column="profiletestid", related_name="steps"
    )

    class Meta:
        db_table = "emailserverprofileteststep"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "position"], name="profileteststep_position_once"
            ),
            CheckConstraint(
                condition=models.Q(outcome__in=StepOutcome.values),
                name="profileteststep_outcome_known",
            ),
        ]
