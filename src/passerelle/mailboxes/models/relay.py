"""The system relay: through which server Passerelle sends mail of its own. One row."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from passerelle.constraints import CheckConstraint
from passerelle.mailboxes.models.choices import Security
from passerelle.mailboxes.models.credentials import Credential


class SystemRelay(models.Model):
    """Where invitations and notices go out, and under which address."""

    only = models.BooleanField(default=True, primary_key=True, editable=False)
    host = models.CharField(_("server"), max_length=255, blank=True, db_column="location")
    port = models.PositiveIntegerField(
        _("port"), default=0, validators=[MaxValueValidator(65535)], db_column="portnumber"
    )  # 0: the protocol's own
    security = models.CharField(
        _("encryption"), max_length=10, choices=Security, default=Security.STARTTLS
    )
    verify = models.BooleanField(
        _("verify the certificate"), default=True, db_column="verifycertificate"
    )
    sender_address = models.EmailField(
        _("sender's address"), max_length=100, blank=True, db_column="senderaddress"
    )
    sender_name = models.CharField(
        _("sender's name"), max_length=100, default="Passerelle", blank=True, db_column="sendername"
    )
    credential = models.ForeignKey(
        Credential,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        db_column="credentialid",
    )  # None: the relay wants no sign-in

    class Meta:
        db_table = "systemrelay"
        constraints = [
            CheckConstraint(condition=Q(only=True), name="systemrelay_one"),
            CheckConstraint(
                condition=Q(security__in=Security.values), name="systemrelay_security_known"
            ),
            CheckConstraint(condition=Q(port__lte=65535), name="systemrelay_port"),
        ]

    def __str__(self) -> str:
        return self.host

    @property
    def is_ready(self) -> bool:
        """Whether a message can be given to it."""
        return bool(self.host and self.sender_address)
