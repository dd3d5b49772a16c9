"""How the latest invitation of each user stands. One row a user, however often invited."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from passerelle.constraints import CheckConstraint
from passerelle.crm.models import SignInAccount, SystemUser


class Way(models.TextChoices):
    """By what the invited person will sign in."""

    PASSWORD = "password", _("Password")
    PROVIDER = "provider", _("Single sign-on")


class Sending(models.TextChoices):
    """What became of the mail. Whether the person came is read from the account."""

    WAITING = "waiting", _("Waiting")
    BEGUN = "begun", _("Being sent")  # committed before the relay is given anything
    SENT = "sent", pgettext_lazy("invitation", "Sent")
    FAILED = "failed", _("Failed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Standing(models.TextChoices):
    """What a person is told of an invitation."""

    WAITING = "waiting", _("Waiting")
    SENT = "sent", pgettext_lazy("invitation", "Sent")
    ACCEPTED = "accepted", _("Accepted")
    EXPIRED = "expired", _("Expired")
    FAILED = "failed", _("Failed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Invitation(models.Model):
    """One user, asked to come in."""

    systemuser = models.OneToOneField(
        SystemUser,
        models.CASCADE,
        primary_key=True,
        related_name="invitation",
        db_column="systemuserid",
    )
    state = models.CharField(max_length=10, choices=Sending, default=Sending.WAITING)
    way = models.CharField(
        max_length=10, choices=Way, default=Way.PASSWORD, db_default=Way.PASSWORD.value
    )
    link_address = models.CharField(max_length=500, db_column="linkaddress")
    language = models.CharField(max_length=5, blank=True)
    asked_by = models.CharField(max_length=150, db_column="askedby")
    asked_on = models.DateTimeField(db_column="askedon")
    due_on = models.DateTimeField(db_column="dueon")  # later than `asked_on` after a "not now"
    tries = models.PositiveSmallIntegerField(default=0)
    sent_on = models.DateTimeField(null=True, db_column="senton")
    expires_on = models.DateTimeField(null=True, db_column="expireson")
    code = models.CharField(max_length=20, blank=True)  # of the fault; its text is made when read
    facts = models.JSONField(default=dict)

    class Meta:
        db_table = "invitation"
        indexes = [
            # the work looks for what is due, the page lists the newest first
            models.Index(fields=["state", "due_on"], name="invitation_due"),
            models.Index(fields=["-asked_on", "systemuser"], name="invitation_newest"),
        ]
        constraints = [
            CheckConstraint(condition=Q(state__in=Sending.values), name="invitation_state_known"),
            CheckConstraint(condition=Q(way__in=Way.values), name="invitation_way_known"),
        ]

    def __str__(self) -> str:
        return str(self.systemuser_id)

    @property
    def account(self) -> SignInAccount | None:
        """The account of the user; None until it is made."""
        return getattr(self.systemuser, "sign_in_account", None)

    def standing(self, now: datetime) -> Standing:
        """What to tell; needs `systemuser__sign_in_account`."""
        if self.state in {Sending.WAITING, Sending.BEGUN}:
            return Standing.WAITING
        came = self.account.last_login if self.account else None
        if self.expires_on and came and came >= (self.sent_on or self.asked_on):
            return Standing.ACCEPTED
        if self.state == Sending.SENT and self.expires_on and self.expires_on <= now:
            return Standing.EXPIRED
        return Standing(self.state)
