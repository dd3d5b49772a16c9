"""Alerts: a fault against a mailbox or profile, opened, counted, closed (`tracelog`)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from passerelle.constraints import CheckConstraint
from passerelle.guids import new_guid


class AlertLevel(models.IntegerChoices):
    INFORMATION = 1, _("Information")
    WARNING = 2, _("Warning")
    ERROR = 3, _("Error")


class SubjectKind(models.TextChoices):
    """What an alert is about; its key is a GUID without a foreign key, as it may be above us."""

    MAILBOX = "mailbox", _("Mailbox")
    PROFILE = "profile", _("Email server profile")
    EMAIL = "email", _("Email")
    SYSTEM = "system", _("Passerelle")


class Alert(models.Model):
    """Code and facts only; the texts are rendered in the reader's language."""

    alert_id = models.UUIDField(primary_key=True, default=new_guid, db_column="tracelogid")
    subject_kind = models.CharField(max_length=10, choices=SubjectKind, db_column="regardingkind")
    subject_id = models.UUIDField(db_column="regardingobjectid")
    activity = models.CharField(max_length=20)  # incoming, outgoing, test …: what heals it
    code = models.CharField(max_length=20, db_column="tracecode")
    level = models.SmallIntegerField(choices=AlertLevel)
    facts = models.JSONField(default=dict, db_column="traceparameters")
    # A digest that alerts of one cause share.
    cause = models.CharField(max_length=64, default="", db_default="")
    count = models.PositiveIntegerField(default=1)
    opened_on = models.DateTimeField(db_column="createdon")
    last_seen_on = models.DateTimeField(db_column="modifiedon")
    closed_on = models.DateTimeField(null=True, db_column="closedon")
    closed_by = models.CharField(max_length=150, blank=True, db_column="closedby")  # a person

    class Meta:
        db_table = "tracelog"
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "activity", "code"],
                condition=Q(closed_on__isnull=True),
                name="alert_open_once",
            ),
            CheckConstraint(condition=Q(level__in=AlertLevel.values), name="alert_level_known"),
            CheckConstraint(
                condition=Q(subject_kind__in=SubjectKind.values), name="alert_subject_known"
            ),
        ]
        indexes = [
            models.Index(fields=["closed_on", "-last_seen_on"], name="alert_newest"),  # the page
            models.Index(  # open alerts grouped by cause, and the newest of each
                fields=["cause", "-last_seen_on"],
                name="alert_of_cause",
                condition=Q(closed_on__isnull=True),
            ),
            models.Index(  # the page of those that are closed
                fields=["-last_seen_on", "-alert_id"],
                name="alert_closed",
                condition=Q(closed_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.code
