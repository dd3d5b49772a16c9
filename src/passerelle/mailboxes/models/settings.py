"""System settings, the Email tab: one row."""

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from passerelle.constraints import CheckConstraint
from passerelle.guids import new_guid
from passerelle.mailboxes.models.choices import DeliveryMethod, ProcessEmailUsing

# `organization.blockedattachments` as Dataverse sets it at first.
BLOCKED_ATTACHMENTS = (
    "ade;adp;app;asa;ashx;asmx;asp;bas;bat;cdx;cer;chm;class;cmd;com;config;cpl;crt;csh;dll;exe;"
    "fxp;hlp;hta;htr;htw;ida;idc;idq;inf;ins;isp;its;jar;js;jse;ksh;lnk;mad;maf;mag;mam;maq;mar;"
    "mas;mat;mau;mav;maw;mda;mdb;mde;mdt;mdw;mdz;msc;msh;msh1;msh1xml;msh2;msh2xml;mshxml;msi;"
    "msp;mst;ops;pcd;pif;prf;prg;printer;pst;reg;rem;scf;scr;sct;shb;shs;shtm;shtml;soap;stm;tmp;"
    "url;vb;vbe;vbs;vsmacros;vss;vst;vsw;ws;wsc;wsf;wsh;svg"
)


class SystemSettings(models.Model):
    """How this organization processes email."""

    only = models.BooleanField(default=True, primary_key=True, editable=False)
    process_email_using = models.SmallIntegerField(
        _("process email using"),
        choices=ProcessEmailUsing,
        default=ProcessEmailUsing.EMAIL_ROUTER,
        db_column="processemailusing",
    )
    processing_since = models.DateTimeField(null=True, editable=False, db_column="processingsince")
    default_profile = models.ForeignKey(
        "mailboxes.EmailServerProfile",
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("server profile"),
        db_column="defaultemailserverprofileid",
        related_name="+",
    )
    default_incoming = models.SmallIntegerField(
        _("incoming email"),
        choices=DeliveryMethod,
        default=DeliveryMethod.NONE,
        db_column="defaultincomingemaildeliverymethod",
    )
    default_outgoing = models.SmallIntegerField(
        _("outgoing email"),
        choices=DeliveryMethod,
        default=DeliveryMethod.NONE,
        db_column="defaultoutgoingemaildeliverymethod",
    )
    require_approval_for_users = models.BooleanField(
        _("process emails only for approved users"),
        default=True,
        db_column="requireapprovalforuseremail",
    )
    require_approval_for_queues = models.BooleanField(
        _("process emails only for approved queues"),
        default=True,
        db_column="requireapprovalforqueueemail",
    )
    use_correlation = models.BooleanField(
        _("use correlation to track email conversations"), default=True, db_column="usecorrelation"
    )
    use_tracking_token = models.BooleanField(
        _("use tracking tokens"), default=True, db_column="istrackingtokenenabled"
    )
    tracking_prefix = models.CharField(
        _("prefix"),
        max_length=20,
        default="CRM:",
        validators=[RegexValidator(r"^[^\s\d\x00-\x1f][^\s\x00-\x1f]*$")],
        db_column="trackingprefix",
    )
    tracking_base = models.PositiveIntegerField(
        _("base tracking number"),
        default=0,
        validators=[MaxValueValidator(2_147_483_647)],
        db_column="trackingtokenidbase",
    )
    tracking_user_digits = models.PositiveSmallIntegerField(
        _("digits for user numbers"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
        db_column="trackingtokeniddigits",
    )
    tracking_counter_digits = models.PositiveSmallIntegerField(
        _("digits for the message counter"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(9)],
        db_column="maxtrackingnumberdigits",
    )
    track_internal_twice = models.BooleanField(
        _("track emails between users as two activities"),
        default=True,
        db_column="trackinternalemailastwo",
    )
    allow_unresolved_recipients = models.BooleanField(
        _("allow messages with unresolved recipients to be sent"),
        default=False,
        db_column="allowunresolvedpartiesonemailsend",
    )
    polling_seconds = models.PositiveIntegerField(
        _("seconds between two looks into a mailbox"),
        default=60,
        validators=[MinValueValidator(5), MaxValueValidator(86_400)],
        db_column="pollingseconds",
    )
    host_connections = models.PositiveSmallIntegerField(
        _("connections to one server at the same time"),
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(300)],
        db_column="hostconnections",
    )
    host_sign_ins = models.PositiveSmallIntegerField(
        _("sign-ins a second to one server"),
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        db_column="hostsigninspersecond",
    )
    refused_tries_per_day = models.PositiveSmallIntegerField(
        _("tries a day with refused credentials"),
        default=3,
        validators=[MinValueValidator(0), MaxValueValidator(24)],
        db_column="refusedtriesperday",
    )
    largest_message_mb = models.PositiveIntegerField(
        _("largest message taken whole, in MB"),
        default=150,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        db_column="largestmessagemb",
    )
    largest_attachment_kb = models.PositiveIntegerField(
        _("largest file attached to an email, in KB"),
        default=5_120,
        validators=[MinValueValidator(1), MaxValueValidator(60_000)],
        db_column="maxuploadfilesize",
    )
    largest_attachments_mb = models.PositiveIntegerField(
        _("largest files of one email together, in MB"),
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        db_column="largestattachmentsmb",
    )
    blocked_attachments = models.TextField(
        _("blocked file extensions"),
        blank=True,
        default=BLOCKED_ATTACHMENTS,
        validators=[RegexValidator(r"^[A-Za-z0-9_; \t\r\n-]{0,5000}$")],
        db_column="blockedattachments",
    )
    limit_received_attachments = models.BooleanField(
        _("limit the size of received files, too"),
        default=False,
        db_default=False,
        db_column="limitreceivedattachments",
    )
    mark_tracked = models.BooleanField(
        _("mark tracked messages at the IMAP server"), default=False, db_column="marktracked"
    )
    tracked_keyword = models.CharField(
        _("IMAP keyword"),
        max_length=40,
        default="$Tracked",
        validators=[RegexValidator(r"^[$A-Za-z][A-Za-z0-9_-]*$")],  # RFC 9051: an atom
        db_column="trackedkeyword",
    )

    # Where the installation is, and whether this database was said to be a copy of it.
    place = models.CharField(
        max_length=300, blank=True, editable=False, db_column="installationplace"
    )
    is_copy = models.BooleanField(default=False, editable=False, db_column="iscopy")

    class Meta:
        db_table = "systemsettings"
        constraints = [
            CheckConstraint(condition=Q(only=True), name="systemsettings_one"),
            CheckConstraint(
                condition=Q(process_email_using__in=ProcessEmailUsing.values),
                name="systemsettings_processing_known",
            ),
        ]

    def __str__(self) -> str:
        return "systemsettings"


class ProcessingSwitch(models.Model):
    """One switch of *Process email using*, with what was ticked for it and what began by it."""

    switch_id = models.UUIDField(primary_key=True, default=new_guid, db_column="switchid")
    to = models.SmallIntegerField(choices=ProcessEmailUsing, db_column="processemailusing")
    switched_on = models.DateTimeField(db_column="switchedon")
    switched_by = models.CharField(max_length=150, blank=True, db_column="switchedby")
    checks = models.JSONField(default=list)  # keys of the checklist, each ticked by that person
    mailboxes = models.PositiveIntegerField(default=0)  # that could start then
    waiting = models.PositiveIntegerField(default=0)  # emails to be sent then, at most 10,000

    class Meta:
        db_table = "processingswitch"
        ordering = ["-switched_on"]

    def __str__(self) -> str:
        return f"{self.switched_on} {self.to}"
