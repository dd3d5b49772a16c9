"""How much may be sent to one domain, whatever profile it leaves by."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from passerelle.constraints import CheckConstraint
from passerelle.guids import new_guid

MOST = 1_000_000
LIMIT = [MinValueValidator(1), MaxValueValidator(MOST)]
DOMAIN_CHARS = 255


class SendingRate(models.Model):
    """The limits of one domain of recipients; an empty one limits nothing."""

    rate_id = models.UUIDField(primary_key=True, default=new_guid, db_column="sendingrateid")
    domain = models.CharField(
        _("domain"),
        max_length=DOMAIN_CHARS,
        unique=True,
        error_messages={"unique": _("This domain is on the list already.")},
    )
    emails_a_minute = models.PositiveIntegerField(
        _("emails a minute"), null=True, blank=True, validators=LIMIT, db_column="emailsperminute"
    )
    recipients_a_day = models.PositiveIntegerField(
        _("recipients a day"), null=True, blank=True, validators=LIMIT, db_column="recipientsperday"
    )
    created_by = models.CharField(max_length=150, db_column="createdby")  # of the account
    created_on = models.DateTimeField(auto_now_add=True, db_column="createdon")

    class Meta:
        db_table = "sendingrate"
        constraints = [
            CheckConstraint(
                condition=Q(emails_a_minute__isnull=False) | Q(recipients_a_day__isnull=False),
                name="sendingrate_limits_something",
            )
        ]

    def __str__(self) -> str:
        return self.domain
