"""How the installation is cared for: one row of settings, and what the last backup was."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from passerelle.constraints import CheckConstraint

MOST_DAYS = 36_500
MOST_HOURS = 24 * 31


UP_TO_A_CENTURY = [MaxValueValidator(MOST_DAYS)]


class UpkeepSettings(models.Model):
    """Days that things are kept; 0: for ever."""

    only = models.BooleanField(default=True, primary_key=True, editable=False)
    backup_hours = models.PositiveIntegerField(
        _("hours between two backups"),
        default=0,
        validators=[MaxValueValidator(MOST_HOURS)],
        db_column="backuphours",
    )
    backups_kept = models.PositiveIntegerField(
        _("backups that are kept"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        db_column="backupskept",
    )
    ignored_days = models.PositiveIntegerField(
        _("days that decisions about ignored messages are kept"),
        default=30,
        validators=UP_TO_A_CENTURY,
        db_column="ignoreddays",
    )
    alert_days = models.PositiveIntegerField(
        _("days that closed alerts are kept"),
        default=30,
        validators=UP_TO_A_CENTURY,
        db_column="alertdays",
    )
    test_days = models.PositiveIntegerField(
        _("days that tests of mailboxes are kept"),
        default=30,
        validators=UP_TO_A_CENTURY,
        db_column="testdays",
    )
    timeline_days = models.PositiveIntegerField(
        _("days that the time line of a mailbox is kept"),
        default=14,
        db_default=14,
        validators=UP_TO_A_CENTURY,
        db_column="timelinedays",
    )
    session_days = models.PositiveIntegerField(
        _("days that ended sessions are kept"),
        default=1,
        validators=UP_TO_A_CENTURY,
        db_column="sessiondays",
    )
    raw_days = models.PositiveIntegerField(
        _("days that sources of emails are kept"),
        default=0,
        validators=UP_TO_A_CENTURY,
        db_column="rawdays",
    )
    audit_days = models.PositiveIntegerField(
        _("days that the audit is kept"),
        default=0,
        validators=UP_TO_A_CENTURY,
        db_column="auditdays",
    )
    last_backup_on = models.DateTimeField(null=True, editable=False, db_column="lastbackupon")
    last_backup_name = models.CharField(
        max_length=255, blank=True, editable=False, db_column="lastbackupname"
    )
    last_backup_bytes = models.PositiveBigIntegerField(
        default=0, editable=False, db_column="lastbackupbytes"
    )

    class Meta:
        db_table = "upkeepsettings"
        constraints = [CheckConstraint(condition=Q(only=True), name="upkeepsettings_one")]

    def __str__(self) -> str:
        return "upkeepsettings"
