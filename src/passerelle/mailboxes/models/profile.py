"""The email server profile: how the servers of a group of mailboxes are reached."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from passerelle.guids import new_guid
from passerelle.mailboxes.models.choices import (
    CredentialRetrieval,
    IncomingProtocol,
    OutgoingProtocol,
    Security,
    ServerType,
)
from passerelle.mailboxes.models.credentials import Credential

PORT = [MinValueValidator(0), MaxValueValidator(65535)]  # 0: the protocol's own


class State(models.IntegerChoices):
    ACTIVE = 0, _("Active")
    INACTIVE = 1, _("Inactive")


class EmailServerProfile(models.Model):
    """Where mail comes from and goes to, for the mailboxes that use it."""

    profile_id = models.UUIDField(
        primary_key=True, default=new_guid, db_column="emailserverprofileid"
    )
    name = models.CharField(_("name"), max_length=100, unique=True)
    description = models.CharField(_("description"), max_length=2000, blank=True)
    statecode = models.SmallIntegerField(choices=State, default=State.ACTIVE)

    incoming_protocol = models.CharField(
        _("protocol"),
        max_length=10,
        choices=IncomingProtocol,
        default=IncomingProtocol.IMAP,
        db_column="incomingprotocol",
    )
    incoming_location = models.CharField(
        _("server"), max_length=2084, blank=True, db_column="incomingserverlocation"
    )
    incoming_port = models.PositiveIntegerField(
        _("port"), default=0, validators=PORT, db_column="incomingportnumber"
    )
    incoming_security = models.CharField(
        _("encryption"),
        max_length=10,
        choices=Security,
        default=Security.IMPLICIT,
        db_column="incomingsecurity",
    )
    incoming_verify = models.BooleanField(
        _("verify the certificate"), default=True, db_column="incomingverifycertificate"
    )
    incoming_credential_retrieval = models.SmallIntegerField(
        _("credentials"),
        choices=CredentialRetrieval,
        default=CredentialRetrieval.MAILBOX,
        db_column="incomingcredentialretrieval",
    )
    incoming_credential = models.ForeignKey(
        Credential,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_column="incomingcredentialid",
    )

    outgoing_protocol = models.CharField(
        _("protocol"),
        max_length=10,
        choices=OutgoingProtocol,
        default=OutgoingProtocol.SMTP,
        db_column="outgoingprotocol",
    )
    outgoing_location = models.CharField(
        _("server"), max_length=2084, blank=True, db_column="outgoingserverlocation"
    )
    outgoing_port = models.PositiveIntegerField(
        _("port"), default=0, validators=PORT, db_column="outgoingportnumber"
    )
    outgoing_security = models.CharField(
        _("encryption"),
        max_length=10,
        choices=Security,
        default=Security.STARTTLS,
        db_column="outgoingsecurity",
    )
    outgoing_verify = models.BooleanField(
        _("verify the certificate"), default=True, db_column="outgoingverifycertificate"
    )
    outgoing_credential_retrieval = models.SmallIntegerField(
        _("credentials"),
        choices=CredentialRetrieval,
        default=CredentialRetrieval.MAILBOX,
        db_column="outgoingcredentialretrieval",
    )
    outgoing_credential = models.ForeignKey(
        Credential,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_column="outgoingcredentialid",
    )

    process_emails_received_after = models.DateTimeField(
        _("process email from"), null=True, blank=True, db_column="processemailsreceivedafter"
    )
    max_concurrent_connections = models.PositiveSmallIntegerField(
        _("connections at the same time"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(300)],
        db_column="maxconcurrentconnections",
    )
    timeout_seconds = models.PositiveSmallIntegerField(
        _("seconds to wait for an answer"),
        default=60,
        validators=[MinValueValidator(5), MaxValueValidator(600)],
        db_column="timeoutmailboxconnectionafteramount",
    )
    polling_seconds = models.PositiveIntegerField(
        _("seconds between two looks into a mailbox (empty: as in the system settings)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(5), MaxValueValidator(86_400)],
        db_column="pollingseconds",
    )
    created_on = models.DateTimeField(auto_now_add=True, db_column="createdon")
    modified_on = models.DateTimeField(auto_now=True, db_column="modifiedon")

    class Meta:
        db_table = "emailserverprofile"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(incoming_protocol__in=IncomingProtocol.values)
                & Q(outgoing_protocol__in=OutgoingProtocol.values),
                name="profile_protocols_known",
            ),
            models.CheckConstraint(
                condition=Q(incoming_security__in=Security.values)
                & Q(outgoing_security__in=Security.values),
                name="profile_security_known",
            ),
            models.CheckConstraint(
                condition=Q(incoming_port__lte=65535, outgoing_port__lte=65535),
                name="profile_ports",
            ),
            models.CheckConstraint(condition=Q(statecode__in=State.values), name="profile_state"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def server_type(self) -> ServerType:
        """Dataverse's `servertype`, which has one value for both directions."""
        protocols = {self.incoming_protocol, self.outgoing_protocol}
        if "exchange" in protocols:
            return ServerType.EXCHANGE
        return ServerType.IMAP if IncomingProtocol.IMAP in protocols else ServerType.OTHER

    @property
    def incoming_can_run(self) -> bool:
        return self.incoming_protocol != IncomingProtocol.EXCHANGE

    @property
    def outgoing_can_run(self) -> bool:
        return self.outgoing_protocol != OutgoingProtocol.EXCHANGE
