"""Notices: to whom open alerts are told, what was told, and how each telling ended."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from passerelle.alerts.models import AlertLevel
from passerelle.constraints import CheckConstraint
from passerelle.guids import new_guid
from passerelle.mailboxes.models import Credential


class NoticeSettings(models.Model):
    """Who hears of alerts, how bad they have to be, and how often. One row."""

    only = models.BooleanField(default=True, primary_key=True, editable=False)
    mail_to = models.TextField(
        _("email addresses, one a line"), blank=True, max_length=2_500, db_column="mailto"
    )
    webhook_url = models.CharField(
        _("webhook address"), max_length=2_000, blank=True, db_column="webhookurl"
    )
    webhook_secret = models.ForeignKey(
        Credential,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        db_column="webhooksecretid",
    )
    lowest_level = models.SmallIntegerField(
        _("tell of alerts from this level on"),
        choices=AlertLevel,
        default=AlertLevel.WARNING,
        db_column="lowestlevel",
    )
    gather_seconds = models.PositiveIntegerField(
        _("seconds to gather what opens together"),
        default=120,
        validators=[MaxValueValidator(3_600)],
        db_column="gatherseconds",
    )
    most_per_hour = models.PositiveSmallIntegerField(
        _("notices an hour, at most"),
        default=4,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        db_column="mostperhour",
    )
    tell_closed = models.BooleanField(
        _("tell when it is over, too"), default=True, db_column="tellclosed"
    )
    language = models.CharField(
        _("language"), max_length=5, choices=[("en", "English"), ("fr", "Français")], default="en"
    )

    class Meta:
        db_table = "noticesettings"
        constraints = [CheckConstraint(condition=Q(only=True), name="noticesettings_one")]

    def __str__(self) -> str:
        return "noticesettings"

    @property
    def addresses(self) -> list[str]:
        """The addresses, each once."""
        return list(dict.fromkeys(self.mail_to.replace(",", "\n").split()))


class Notice(models.Model):
    """One telling of some causes: `content` holds codes and facts, rendered when it is sent."""

    notice_id = models.UUIDField(primary_key=True, default=new_guid, db_column="noticeid")
    created_on = models.DateTimeField(db_column="createdon")
    content = models.JSONField(default=dict)
    is_test = models.BooleanField(default=False, db_column="istest")
    # Whose owner is told; None: those that the settings name.
    profile_id = models.UUIDField(null=True, db_column="emailserverprofileid")

    class Meta:
        db_table = "notice"
        indexes = [models.Index(fields=["-created_on"], name="notice_newest")]  # the page, the cap

    def __str__(self) -> str:
        return str(self.notice_id)


class Channel(models.TextChoices):
    MAIL = "mail", _("Email")
    WEBHOOK = "webhook", _("Webhook")


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("Waits for its turn")
    MARKED = "marked", _("Being handed over")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    UNKNOWN = "unknown", _("Perhaps sent; not sent again")


class NoticeDelivery(models.Model):
    """One notice and one receiver; the mark is durable before anything leaves."""

    delivery_id = models.UUIDField(primary_key=True, default=new_guid, db_column="deliveryid")
    notice = models.ForeignKey(
        Notice, models.CASCADE, related_name="deliveries", db_index=False, db_column="noticeid"
    )
    channel = models.CharField(max_length=10, choices=Channel)
    target = models.CharField(max_length=2_000)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True, db_column="notbefore")
    code = models.CharField(max_length=20, blank=True)  # of the last fault
    facts = models.JSONField(default=dict)

    class Meta:
        db_table = "noticedelivery"
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "channel", "target"], name="noticedelivery_once"
            ),
            CheckConstraint(
                condition=Q(state__in=DeliveryState.values), name="noticedelivery_state"
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "not_before"],
                name="noticedelivery_open",
                condition=Q(state__in=["waiting", "marked"]),
            )
        ]

    def __str__(self) -> str:
        return str(self.delivery_id)


class ToldCause(models.Model):
    """A cause that was told and is not yet over."""

    cause = models.CharField(max_length=64, primary_key=True)
    code = models.CharField(max_length=20)
    facts = models.JSONField(default=dict)
    told_on = models.DateTimeField(db_column="toldon")

    class Meta:
        db_table = "noticetold"

    def __str__(self) -> str:
        return self.cause


class ToldOwner(models.Model):
    """An outage of a profile that its owner knows of, until it is over and told so."""

    alert_id = models.UUIDField(primary_key=True, db_column="tracelogid")
    profile_id = models.UUIDField(db_column="emailserverprofileid")
    facts = models.JSONField(default=dict)
    told_on = models.DateTimeField(db_column="toldon")

    class Meta:
        db_table = "noticetoldowner"

    def __str__(self) -> str:
        return str(self.alert_id)
