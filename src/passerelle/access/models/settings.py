"""How people may sign in: one row."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from passerelle.constraints import CheckConstraint


class SignInSettings(models.Model):
    """Who needs a second factor, and how long a session lasts."""

    only = models.BooleanField(default=True, primary_key=True, editable=False)
    second_factor_for_administrators = models.BooleanField(_("administrators"), default=False)
    second_factor_for_operators = models.BooleanField(_("mailbox operators"), default=False)
    second_factor_for_users = models.BooleanField(_("users"), default=False)
    idle_minutes = models.PositiveIntegerField(
        _("minutes without a page"),
        default=480,
        validators=[MinValueValidator(5), MaxValueValidator(20_160)],
        db_column="idleminutes",
    )
    longest_hours = models.PositiveIntegerField(
        _("hours from sign-in"),
        default=168,
        validators=[MinValueValidator(1), MaxValueValidator(336)],  # the cookie's two weeks
        db_column="longesthours",
    )

    class Meta:
        db_table = "signinsettings"
        constraints = [CheckConstraint(condition=Q(only=True), name="signinsettings_one")]

    def __str__(self) -> str:
        return "sign-in"
