"""A bulk action: one thing done to many mailboxes, in chunks, with what became of each.

Which mailboxes it is about is fixed when it starts; its rows stay for a while as its account.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from passerelle.constraints import CheckConstraint
from passerelle.guids import new_guid
from passerelle.mailboxes.models.mailbox import Mailbox


class BulkKind(models.TextChoices):
    """What can be done to many mailboxes at once."""

    APPROVE = "approve", _("Approve")
    REJECT = "reject", _("Reject")
    DEFAULTS = "defaults", _("Apply default email settings")
    METHODS = "methods", _("Change delivery methods")
    PROFILE = "profile", _("Change the profile")
    START = "start", _("Begin earlier")
    TEST = "test", _("Test & Enable Mailboxes")
    SYNC = "sync", _("Sync now")
    OFF = "off", _("Switch off")
    DEACTIVATE = "deactivate", _("Deactivate")
    ACTIVATE = "activate", _("Activate")


class BulkState(models.TextChoices):
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    STOPPED = "stopped", _("Stopped")


class BulkOutcome(models.TextChoices):
    """What became of one mailbox. All but the first two are reasons why it was left out."""

    WAITING = "", _("Not looked at yet")
    DONE = "done", _("Done")
    ALREADY = "already", _("Is so already")
    NO_ADDRESS = "no-address", _("Has no email address")
    NO_OUTLOOK = "no-outlook", _("A queue has no Outlook that could synchronize its email")
    FORWARD = "forward", _("A forward mailbox only receives; it has no such choice")
    NO_FORWARD = "no-forward", _("There is no active forward mailbox; make one first")
    NEEDS_PROFILE = "needs-profile", _("Is enabled and needs a profile; switch it off first")
    INACTIVE = "inactive", _("Is inactive, or its user or queue is")
    NO_PROFILE = "no-profile", _("Has no email server profile")
    NOT_SERVER_SIDE = "not-server-side", _("No direction is served by Passerelle")
    NOT_ENABLED = "not-enabled", _("No direction is enabled")
    NOT_APPROVED = "not-approved", _("Its address is not approved")
    ROUTER = "router", _("The Email Router processes email")
    IN_TEST = "in-test", _("Is being tested already")
    NOT_EARLIER = "not-earlier", _("Begins no later than that already")


class BulkAction(models.Model):
    """One bulk action of one person, with its counts."""

    bulk_id = models.UUIDField(primary_key=True, default=new_guid, db_column="bulkid")
    kind = models.CharField(max_length=12, choices=BulkKind)
    parameters = models.JSONField(default=dict)  # the new profile, methods or start
    wanted = models.JSONField(null=True)  # the filter; None: rows were ticked
    state = models.CharField(max_length=10, choices=BulkState, default=BulkState.RUNNING)
    total = models.PositiveIntegerField(default=0)
    looked_at = models.PositiveIntegerField(default=0, db_column="lookedat")
    done = models.PositiveIntegerField(default=0)
    started_by = models.CharField(max_length=150, db_column="startedby")
    started_on = models.DateTimeField(db_column="startedon")
    finished_on = models.DateTimeField(null=True, db_column="finishedon")
    last_code = models.CharField(max_length=20, blank=True, db_column="lastcode")  # of a fault
    last_facts = models.JSONField(default=dict, db_column="lastfacts")

    class Meta:
        db_table = "mailboxbulk"
        ordering = ["-started_on", "-bulk_id"]
        constraints = [
            CheckConstraint(condition=Q(kind__in=BulkKind.values), name="bulk_kind_known"),
            CheckConstraint(condition=Q(state__in=BulkState.values), name="bulk_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.bulk_id}"


class BulkItem(models.Model):
    """One mailbox of a bulk action."""

    id = models.BigAutoField(primary_key=True)
    bulk = models.ForeignKey(
        BulkAction, models.CASCADE, related_name="items", db_column="bulkid", db_index=False
    )
    mailbox = models.ForeignKey(
        Mailbox, models.CASCADE, related_name="+", db_column="mailboxid", db_index=False
    )
    outcome = models.CharField(max_length=16, choices=BulkOutcome, default="", db_default="")

    class Meta:
        db_table = "mailboxbulkitem"
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "bulk"], name="bulkitem_once"),
            CheckConstraint(
                condition=Q(outcome__in=BulkOutcome.values), name="bulkitem_outcome_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["bulk", "outcome", "id"], name="bulkitem_by_outcome"
            ),  # next, list
        ]

    def __str__(self) -> str:
        return str(self.id)
