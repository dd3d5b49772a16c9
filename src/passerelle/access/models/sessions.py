"""One row a browser that is signed in. A session whose row is gone is over."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from passerelle.constraints import CheckConstraint
from passerelle.crm.models import SignInAccount
from passerelle.guids import new_guid


class SignedInBy(models.TextChoices):
    """By what the person proved who they are."""

    PASSWORD = "password", _("Password")
    SECOND_FACTOR = "second-factor", _("Password and second factor")
    LINK = "link", _("One-time link")
    PROVIDER = "provider", _("Single sign-on")


class SignInSession(models.Model):
    """Where, when and by what somebody signed in."""

    session_id = models.UUIDField(primary_key=True, default=new_guid, db_column="sessionid")
    account = models.ForeignKey(
        SignInAccount,
        models.CASCADE,
        related_name="sessions",
        db_index=False,
        db_column="accountid",
    )
    signed_in_by = models.CharField(max_length=20, choices=SignedInBy, default=SignedInBy.PASSWORD)
    started_on = models.DateTimeField(db_column="startedon")
    seen_on = models.DateTimeField(db_column="seenon")  # to the minute
    address = models.CharField(max_length=45, blank=True)  # an IPv6 address at most
    agent = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "signinsession"
        indexes = [
            models.Index(fields=["account", "-seen_on"], name="signinsession_of_account")
        ]  # the list of one person
        constraints = [
            CheckConstraint(
                condition=Q(signed_in_by__in=SignedInBy.values), name="signinsession_by_known"
            )
        ]

    def __str__(self) -> str:
        return str(self.session_id)
