"""The email server profile: how the servers of a group of mailboxes are reached."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from passerelle.constraints import CheckConstraint
from passerelle.crm.models import SystemUser
from passerelle.guids import new_guid
from passerelle.mailboxes.models.choices import (
    AuthenticationProtocol,
    CredentialRetrieval,
    IncomingProtocol,
    OutgoingProtocol,
    ProfileTestStatus,
    Security,
    SentCopies,
    ServerType,
    TlsVersion,
)
from passerelle.mailboxes.models.credentials import Credential
from passerelle.mailboxes.models.sending import LIMIT
from passerelle.messages import DELIVERY_FIELDS, fields_of_text

NAME_OF_SERVER = RegexValidator(r"^[^\s;=\"()]*$", _("Enter a name without spaces and signs."))
FOLDER_CHARS = 255
PORT = [MinValueValidator(0), MaxValueValidator(65535)]  # 0: the protocol's own


def known_delivery(text: str) -> None:
    """Refuse words that are no field of delivery."""
    try:
        fields_of_text(text)
    except ValueError as error:
        known = ", ".join(DELIVERY_FIELDS)
        raise ValidationError(
            gettext("“%(word)s” is none of %(known)s.") % {"word": error.args[0], "known": known}
        ) from error


def folder_at_server(name: str) -> None:
    """Refuse what is no name of a folder beside the inbox."""
    if name.upper() == "INBOX" or not name.isprintable():
        raise ValidationError(gettext("Enter the name of a folder other than the inbox."))


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
    owner = models.ForeignKey(
        SystemUser,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("owner"),
        related_name="+",
        db_column="ownerid",
    )

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
    incoming_authentication = models.SmallIntegerField(
        _("way to sign in"),
        choices=AuthenticationProtocol,
        default=AuthenticationProtocol.AUTOMATIC,
        db_column="incomingauthenticationprotocol",
    )
    incoming_authorization = models.CharField(
        _("sign in for"), max_length=250, blank=True, db_column="incomingauthorizationidentity"
    )
    incoming_certificate_ends = models.DateField(
        null=True, editable=False, db_column="incomingcertificateends"
    )  # of the server, as the last test saw it

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
    outgoing_authentication = models.SmallIntegerField(
        _("way to sign in"),
        choices=AuthenticationProtocol,
        default=AuthenticationProtocol.AUTOMATIC,
        db_column="outgoingauthenticationprotocol",
    )
    outgoing_authorization = models.CharField(
        _("sign in for"), max_length=250, blank=True, db_column="outgoingauthorizationidentity"
    )
    outgoing_certificate_ends = models.DateField(
        null=True, editable=False, db_column="outgoingcertificateends"
    )  # of the server, as the last test saw it

    use_same_settings = models.BooleanField(
        _("same server, verification and credentials as for incoming email"),
        default=False,
        db_column="usesamesettingsforoutgoingconnections",
    )
    oldest_tls = models.CharField(
        _("oldest version of TLS"),
        max_length=3,
        choices=TlsVersion,
        default=TlsVersion.TLS_1_2,
        db_column="oldesttlsversion",
    )
    authorities = models.TextField(
        _("certificate authorities of your own (PEM)"), blank=True, db_column="authorities"
    )

    sent_copies = models.CharField(
        _("copies in the Sent folder"),
        max_length=10,
        choices=SentCopies,
        default=SentCopies.APPEND,
        db_column="sentcopies",
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
    mailbox_emails_a_minute = models.PositiveIntegerField(
        _("emails a minute of each mailbox"),
        null=True,
        blank=True,
        validators=LIMIT,
        db_column="mailboxemailsperminute",
    )
    mailbox_recipients_a_day = models.PositiveIntegerField(
        _("recipients a day of each mailbox"),
        null=True,
        blank=True,
        validators=LIMIT,
        db_column="mailboxrecipientsperday",
    )
    emails_a_minute = models.PositiveIntegerField(
        _("emails a minute of all mailboxes together"),
        null=True,
        blank=True,
        validators=LIMIT,
        db_column="emailsperminute",
    )
    recipients_a_day = models.PositiveIntegerField(
        _("recipients a day of all mailboxes together"),
        null=True,
        blank=True,
        validators=LIMIT,
        db_column="recipientsperday",
    )
    timeout_is_on = models.BooleanField(
        _("give up when a server is silent"), default=True, db_column="timeoutmailboxconnection"
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
    min_polling_minutes = models.PositiveSmallIntegerField(
        _("least minutes between two looks into a mailbox"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(1440)],
        db_column="minpollingintervalinminutes",
    )
    move_undelivered = models.BooleanField(
        _("move undeliverable email into a folder Undeliverable"),
        default=False,
        db_column="moveundeliveredemails",
    )
    mark_undelivered = models.BooleanField(
        _("give undeliverable email the keyword $Undeliverable"),
        default=False,
        db_default=False,
        db_column="markundeliveredemails",
    )
    tracked_folder = models.CharField(
        _("folder into which tracked email is moved"),
        max_length=FOLDER_CHARS,
        blank=True,
        default="",
        db_default="",
        validators=[folder_at_server],
        db_column="trackedemailsfolder",
    )
    authserv_id = models.CharField(
        _("server whose checks of senders are believed"),
        max_length=255,
        blank=True,
        default="",
        db_default="",
        validators=[NAME_OF_SERVER],
        db_column="authservid",
    )
    trusted_delivery = models.CharField(
        _("fields that say to whom the server delivered"),
        max_length=60,
        blank=True,
        default="",
        db_default="",
        validators=[known_delivery],
        db_column="trusteddeliveryfields",
    )
    send_email_alert = models.BooleanField(
        _("send an email to the owner when at least half of the mailboxes fail within an hour"),
        default=False,
        db_column="sendemailalert",
    )

    # What the last Test connection found.
    last_test_started = models.DateTimeField(
        null=True, editable=False, db_column="lastteststarttime"
    )
    last_test_milliseconds = models.PositiveIntegerField(
        null=True, editable=False, db_column="lasttesttotalexecutiontime"
    )
    last_authorization_status = models.SmallIntegerField(
        choices=ProfileTestStatus, null=True, editable=False, db_column="lastauthorizationstatus"
    )
    last_validation_status = models.SmallIntegerField(
        choices=ProfileTestStatus, null=True, editable=False, db_column="lasttestvalidationstatus"
    )
    last_execution_status = models.SmallIntegerField(
        choices=ProfileTestStatus, null=True, editable=False, db_column="lasttestexecutionstatus"
    )
    last_test_request = models.CharField(
        max_length=2084, blank=True, editable=False, db_column="lasttestrequest"
    )
    last_test_response = models.CharField(
        max_length=2084, blank=True, editable=False, db_column="lasttestresponse"
    )
    last_message = models.CharField(
        max_length=2084, blank=True, editable=False, db_column="lastcrmmessage"
    )
    created_on = models.DateTimeField(auto_now_add=True, db_column="createdon")
    modified_on = models.DateTimeField(auto_now=True, db_column="modifiedon")

    class Meta:
        db_table = "emailserverprofile"
        ordering = ["name"]
        constraints = [
            CheckConstraint(
                condition=Q(incoming_protocol__in=IncomingProtocol.values)
                & Q(outgoing_protocol__in=OutgoingProtocol.values),
                name="profile_protocols_known",
            ),
            CheckConstraint(
                condition=Q(incoming_security__in=Security.values)
                & Q(outgoing_security__in=Security.values),
                name="profile_security_known",
            ),
            CheckConstraint(
                condition=Q(incoming_port__lte=65535, outgoing_port__lte=65535),
                name="profile_ports",
            ),
            CheckConstraint(condition=Q(statecode__in=State.values), name="profile_state"),
            CheckConstraint(
                condition=Q(oldest_tls__in=TlsVersion.values), name="profile_tls_known"
            ),
            CheckConstraint(
                condition=Q(incoming_authentication__in=AuthenticationProtocol.values)
                & Q(outgoing_authentication__in=AuthenticationProtocol.values),
                name="profile_authentication_known",
            ),
            CheckConstraint(
                condition=Q(sent_copies__in=SentCopies.values), name="profile_sent_copies_known"
            ),
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
