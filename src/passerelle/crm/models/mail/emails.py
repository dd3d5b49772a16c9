"""The email, its parties, its attachments, and its place in queues, as Dataverse has them."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from passerelle.constraints import CheckConstraint
from passerelle.crm.models.addresses import KINDS
from passerelle.crm.models.customers import KINDS as CUSTOMERS
from passerelle.crm.models.customers import Account, Contact, Lead
from passerelle.crm.models.keys import at_most_one, none_of, where_set
from passerelle.crm.models.mail.raw import RawMessage
from passerelle.crm.models.people import Queue, SystemUser
from passerelle.guids import new_guid

REGARDING = ("regarding_account", "regarding_contact", "regarding_lead")
TEXTS = ("description", "html", "identity", "text_digest")  # no list shows them


class EmailState(models.IntegerChoices):
    """`email.statecode`."""

    OPEN = 0, _("Open")
    COMPLETED = 1, _("Completed")
    CANCELED = 2, _("Canceled")


class EmailStatus(models.IntegerChoices):
    """`email.statuscode`."""

    DRAFT = 1, _("Draft")
    COMPLETED = 2, _("Completed")
    SENT = 3, _("Sent")
    RECEIVED = 4, _("Received")
    CANCELED = 5, _("Canceled")
    PENDING_SEND = 6, _("Pending Send")
    SENDING = 7, _("Sending")
    FAILED = 8, _("Failed")


class CorrelationMethod(models.IntegerChoices):
    """`email.correlationmethod`: by what a message was joined to an earlier one."""

    NONE = 0, _("None")
    SKIPPED = 1, _("Skipped")
    IN_REPLY_TO = 3, _("In-Reply-To")
    TRACKING_TOKEN = 4, _("Tracking token")
    CONVERSATION_INDEX = 5, _("Conversation index")
    SMART_MATCHING = 6, _("Smart matching")


class CorrelationState(models.IntegerChoices):
    """How sure it is to what a message was joined."""

    NONE = 0, pgettext_lazy("joined", "Not joined")
    SURE = 1, pgettext_lazy("joined", "Sure")
    PROPOSED = 2, pgettext_lazy("joined", "Proposed")
    BY_PERSON = 3, pgettext_lazy("joined", "By a person")  # joined, or to nothing


class CorrelationDoubt(models.IntegerChoices):
    """Why a link is only proposed, as `passerelle.tracking.Doubt`."""

    NONE = 0, pgettext_lazy("doubt", "None")
    FORWARD = 1, _("It forwards that email.")
    OTHER_PEOPLE = 2, _("Other people write, under another subject.")
    SIMILAR = 3, _("It does not name that email: subject and people are alike.")


class Priority(models.IntegerChoices):
    """`email.deliveryprioritycode`: told to the reader, and the order of what waits here."""

    LOW = 0, pgettext_lazy("priority", "Low")
    NORMAL = 1, pgettext_lazy("priority", "Normal")
    HIGH = 2, pgettext_lazy("priority", "High")


class Email(models.Model):
    """One message, received or written here. The same message seen twice is one record."""

    activity_id = models.UUIDField(primary_key=True, default=new_guid, db_column="activityid")
    subject = models.CharField(_("subject"), max_length=800, blank=True)
    description = models.TextField(_("text"), blank=True)
    html = models.TextField(blank=True, db_column="descriptionhtml")  # of what is written here
    direction_code = models.BooleanField(default=False, db_column="directioncode")  # True: out
    statecode = models.SmallIntegerField(choices=EmailState, default=EmailState.OPEN)
    statuscode = models.SmallIntegerField(choices=EmailStatus, default=EmailStatus.DRAFT)
    message_id = models.CharField(max_length=320, blank=True, db_column="messageid")
    in_reply_to = models.CharField(max_length=320, blank=True, db_column="inreplyto")
    tracking_token = models.CharField(max_length=50, blank=True, db_column="trackingtoken")
    sender = models.CharField(max_length=320, blank=True)
    to_recipients = models.CharField(max_length=500, blank=True, db_column="torecipients")
    sent_on = models.DateTimeField(null=True, db_column="senton")
    created_on = models.DateTimeField(db_column="createdon")
    modified_on = models.DateTimeField(auto_now=True, db_column="modifiedon")
    correlation_method = models.SmallIntegerField(
        choices=CorrelationMethod, default=CorrelationMethod.NONE, db_column="correlationmethod"
    )
    correlated_activity = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        db_index=False,  # of keys that are mostly empty the indexes below hold those that are set
        db_column="correlatedactivityid",
        related_name="answers",
    )
    correlation_state = models.SmallIntegerField(
        choices=CorrelationState,
        default=CorrelationState.NONE,
        db_default=CorrelationState.NONE,
        db_column="correlationstate",
    )
    correlation_doubt = models.SmallIntegerField(
        choices=CorrelationDoubt,
        default=CorrelationDoubt.NONE,
        db_default=CorrelationDoubt.NONE,
        db_column="correlationdoubt",
    )
    # Thread-Index in Base64, and a hash of its first 22 octets: the conversation.
    conversation_index = models.CharField(
        max_length=370, blank=True, default="", db_default="", db_column="conversationindex"
    )
    conversation_hash = models.BigIntegerField(null=True, db_column="baseconversationindexhash")
    # What it may answer, until a person says so or not.
    proposed_activity = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        db_column="proposedactivityid",
        related_name="+",
        db_index=False,  # few are proposed: the index below holds those alone
    )
    regarding_account = models.ForeignKey(
        Account,
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        db_column="regardingobjectid_account",
    )
    regarding_contact = models.ForeignKey(
        Contact,
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        db_column="regardingobjectid_contact",
    )
    regarding_lead = models.ForeignKey(
        Lead,
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        db_column="regardingobjectid_lead",
    )
    owner = models.ForeignKey(
        SystemUser, models.PROTECT, null=True, db_column="ownerid", related_name="owned_emails"
    )
    accepting_user = models.ForeignKey(
        SystemUser,
        models.SET_NULL,
        null=True,
        db_index=False,
        db_column="acceptingentityid_systemuser",
        related_name="+",
    )
    accepting_queue = models.ForeignKey(
        Queue,
        models.SET_NULL,
        null=True,
        db_index=False,
        db_column="acceptingentityid_queue",
        related_name="+",
    )
    attachment_count = models.PositiveIntegerField(default=0, db_column="attachmentcount")
    delivery_attempts = models.PositiveIntegerField(default=0, db_column="deliveryattempts")
    priority = models.SmallIntegerField(
        choices=Priority, default=Priority.NORMAL, db_column="deliveryprioritycode"
    )
    send_after = models.DateTimeField(null=True, blank=True, db_column="delayedemailsendtime")
    delivery_receipt_requested = models.BooleanField(
        default=False, db_default=False, db_column="deliveryreceiptrequested"
    )
    read_receipt_requested = models.BooleanField(
        default=False, db_default=False, db_column="readreceiptrequested"
    )
    # The delegate who writes in the sender's name; nobody where the sender writes.
    agent = models.ForeignKey(
        SystemUser,
        models.SET_NULL,
        null=True,
        db_index=False,
        db_column="createdonbehalfby",
        related_name="+",
    )
    revision = models.PositiveIntegerField(default=0, db_column="versionnumber")  # of a draft
    raw = models.ForeignKey(RawMessage, models.SET_NULL, null=True, db_column="rawid")
    # Digest of Message-ID, From address and Date; other text under the same digest is a further
    # version, as a forged or reused id must not swallow real mail.
    identity = models.BinaryField(max_length=32)
    text_digest = models.BinaryField(max_length=32)
    version = models.PositiveSmallIntegerField(default=0)
    # From another system's list: neither text nor raw message, and an identity of its own.
    is_history = models.BooleanField(default=False, db_default=False, db_column="ishistory")
    # NULL is no: these columns came when the table was large. Several records had the sender's
    # address, and none was chosen; why the content is unsafe, the sum of `messages.Danger`.
    ambiguous_sender = models.BooleanField(null=True, db_column="isduplicatesenderunresolved")
    is_unsafe = models.PositiveSmallIntegerField(null=True, db_column="isunsafe")

    class Meta:
        db_table = "email"
        indexes = [
            models.Index(fields=["message_id"], name="email_by_messageid"),  # correlation
            models.Index(  # correlation by token: the newest wins
                fields=["tracking_token", "-created_on"],
                name="email_by_token",
                condition=~Q(tracking_token=""),
            ),
            models.Index(  # correlation by Thread-Index
                fields=["conversation_hash", "-created_on"],
                name="email_by_conversation",
                condition=Q(conversation_hash__isnull=False),
            ),
            models.Index(  # which answers wait for an email that arrives
                fields=["in_reply_to"],
                name="email_waits",
                condition=Q(correlated_activity__isnull=True) & ~Q(in_reply_to=""),
            ),
            where_set("correlated_activity", "email_answers"),
            # What is proposed of an email that is removed.
            where_set("proposed_activity", "email_by_proposal"),
            # The emails of a customer, the newest first.
            *(
                where_set(f"regarding_{kind}", f"email_of_{kind}", "-created_on", "-activity_id")
                for kind in CUSTOMERS
            ),
            where_set("accepting_user", "email_accepted_by_user"),
            where_set("accepting_queue", "email_accepted_by_queue"),
            where_set("agent", "email_of_agent"),
            models.Index(fields=["-created_on", "-activity_id"], name="email_newest"),  # the list
            models.Index(fields=["statuscode", "-created_on"], name="email_by_status"),  # its boxes
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["identity", "direction_code", "version"], name="email_identity_once"
            ),
            CheckConstraint(condition=at_most_one(*REGARDING), name="email_one_regarding"),
            CheckConstraint(
                condition=at_most_one("accepting_user", "accepting_queue"),
                name="email_one_acceptor",
            ),
            CheckConstraint(
                condition=Q(statuscode__in=EmailStatus.values), name="email_status_known"
            ),
            CheckConstraint(condition=Q(priority__in=Priority.values), name="email_priority_known"),
            CheckConstraint(
                condition=(
                    Q(statecode=EmailState.OPEN, statuscode__in=[1, 8])
                    | Q(statecode=EmailState.COMPLETED, statuscode__in=[2, 3, 4, 6, 7])
                    | Q(statecode=EmailState.CANCELED, statuscode=5)
                ),
                name="email_status_of_state",
            ),
        ]

    def __str__(self) -> str:
        return str(self.activity_id)


class Participation(models.IntegerChoices):
    """`activityparty.participationtypemask`, as far as emails use it."""

    SENDER = 1, _("From")
    TO = 2, _("To")
    CC = 3, _("Cc")
    BCC = 4, _("Bcc")


class ActivityParty(models.Model):
    """Who took part in an email: a record, or an address that no record has."""

    activity_party_id = models.UUIDField(
        primary_key=True, default=new_guid, db_column="activitypartyid"
    )
    email = models.ForeignKey(Email, models.CASCADE, db_column="activityid", related_name="parties")
    participation = models.SmallIntegerField(
        choices=Participation, db_column="participationtypemask"
    )
    address_used = models.CharField(max_length=320, db_column="addressused")
    name_used = models.CharField(max_length=200, blank=True, db_column="addressusedname")
    position = models.PositiveIntegerField(default=0)  # the order in the header
    # The email's: the order of lists. NULL where the version before recorded it.
    created_on = models.DateTimeField(null=True, db_column="createdon")
    # One of these at most is set: each has an index of the rows that set it, below.
    systemuser = models.ForeignKey(
        SystemUser, models.SET_NULL, null=True, db_index=False, db_column="partyid_systemuser"
    )
    queue = models.ForeignKey(
        Queue, models.SET_NULL, null=True, db_index=False, db_column="partyid_queue"
    )
    account = models.ForeignKey(
        Account, models.SET_NULL, null=True, db_index=False, db_column="partyid_account"
    )
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, db_index=False, db_column="partyid_contact"
    )
    lead = models.ForeignKey(
        Lead, models.SET_NULL, null=True, db_index=False, db_column="partyid_lead"
    )
    resolution = models.ForeignKey(  # by whom it was named afterwards; nearly always by nobody
        "crm.AddressResolution",
        models.SET_NULL,
        null=True,
        db_index=False,
        db_column="addressresolutionid",
        related_name="parties",
    )

    class Meta:
        db_table = "activityparty"
        ordering = ["participation", "position"]
        indexes = [  # where somebody's mail is, the newest first
            models.Index(Lower("address_used"), "email", name="activityparty_by_address"),
            # Whether an address means nobody, of one that means somebody in most.
            models.Index(
                Lower("address_used"), name="activityparty_unnamed", condition=none_of(*KINDS)
            ),
            where_set("resolution", "activityparty_of_resolution"),  # what is undone with it
            *(where_set(kind, f"activityparty_of_{kind}") for kind in ("systemuser", "queue")),
            *(
                where_set(kind, f"activityparty_of_{kind}", "-created_on", "-email")
                for kind in CUSTOMERS
            ),
        ]
        constraints = [
            CheckConstraint(condition=at_most_one(*KINDS), name="activityparty_one"),
            CheckConstraint(
                condition=Q(participation__in=Participation.values), name="activityparty_role"
            ),
        ]

    def __str__(self) -> str:
        return str(self.activity_party_id)

    @property
    def is_named(self) -> bool:
        """Whether it means a record."""
        return any(getattr(self, f"{kind}_id") is not None for kind in KINDS)
