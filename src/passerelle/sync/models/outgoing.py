"""What is to be sent, how far it came, and what the server said of each recipient.

waiting ──▶ handing over ──▶ sent | failed
                │  killed, or the last answer lost, after the durable mark
                └──▶ unknown: waits for a person, who says "sent" or "send again"
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from passerelle.constraints import CheckConstraint
from passerelle.crm.models import Email, RawMessage
from passerelle.guids import new_guid
from passerelle.mailboxes.models import Mailbox


class SubmissionState(models.TextChoices):
    WAITING = "waiting", _("Waits for its turn")
    MARKED = "marked", _("Being handed over")  # the durable mark: the dot may be out
    UNKNOWN = "unknown", _("Waits for a person")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")


class Submission(models.Model):
    """One email to be sent through one mailbox. Its message is composed once and then fixed."""

    email = models.OneToOneField(
        Email,
        models.CASCADE,
        primary_key=True,
        related_name="submission",
        db_column="activityid",
    )
    mailbox = models.ForeignKey(
        Mailbox, models.PROTECT, related_name="submissions", db_column="sendermailboxid"
    )
    state = models.CharField(
        max_length=10, choices=SubmissionState, default=SubmissionState.WAITING
    )
    raw = models.ForeignKey(RawMessage, models.PROTECT, null=True, db_column="rawid")
    submitted_by = models.CharField(max_length=150, db_column="submittedby")
    submitted_on = models.DateTimeField(db_column="submittedon")
    marked_on = models.DateTimeField(null=True, db_column="markedon")
    not_before = models.DateTimeField(null=True, db_column="postponeemailprocessinguntil")
    priority = models.SmallIntegerField(default=1, db_column="deliveryprioritycode")
    attempts = models.PositiveIntegerField(default=0)
    answer = models.CharField(max_length=500, blank=True)  # to the final dot, or the last refusal
    code = models.CharField(max_length=20, blank=True)  # of the last fault
    facts = models.JSONField(default=dict)

    class Meta:
        db_table = "mailsubmission"
        constraints = [
            CheckConstraint(
                condition=Q(state__in=SubmissionState.values), name="submission_state_known"
            ),
            CheckConstraint(
                condition=~Q(state__in=["marked", "unknown"]) | Q(marked_on__isnull=False),
                name="submission_mark_dated",
            ),
        ]
        indexes = [
            models.Index(  # what an outgoing cycle looks for, in its order
                fields=["mailbox", "-priority", "submitted_on"],
                name="submission_open",
                condition=Q(state__in=["waiting", "marked"]),
            ),
            models.Index(  # few among all that was ever sent; each page counts them
                fields=["submitted_on"], name="submission_unknown", condition=Q(state="unknown")
            ),
        ]

    def __str__(self) -> str:
        return str(self.email_id)


class SendingRest(models.Model):
    """A limit of the server's was reached: until when what a mailbox sends is held back.

    The row outlives its time, so that a limit that is met at once again brings a longer rest; the
    next email that the server takes removes it.
    """

    rest_id = models.UUIDField(primary_key=True, default=new_guid, db_column="sendingrestid")
    mailbox = models.ForeignKey(
        Mailbox, models.CASCADE, related_name="sending_rests", db_index=False, db_column="mailboxid"
    )
    domain = models.CharField(max_length=255, blank=True)  # of recipients; empty: all mail rests
    until = models.DateTimeField(db_column="restsuntil")
    times = models.PositiveIntegerField(default=1)  # that the limit was met, in a row
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "mailsendingrest"
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "domain"], name="sendingrest_once")
        ]

    def __str__(self) -> str:
        return f"{self.mailbox_id} {self.domain}".strip()


class CopyState(models.TextChoices):
    WAITING = "waiting", _("Waits")
    FILED = "filed", _("Put into the folder")
    FOUND = "found", _("Was there already")
    GIVEN_UP = "given up", _("Given up")


class SentCopy(models.Model):
    """The copy of one sent email that is owed to the Sent folder; made with the email's Sent."""

    email = models.OneToOneField(
        Email,
        models.CASCADE,
        primary_key=True,
        related_name="sent_copy",
        db_column="activityid",
    )
    mailbox = models.ForeignKey(
        Mailbox, models.CASCADE, related_name="sent_copies", db_column="mailboxid"
    )
    state = models.CharField(max_length=10, choices=CopyState, default=CopyState.WAITING)
    folder = models.CharField(max_length=255, blank=True)
    uid_validity = models.PositiveBigIntegerField(default=0, db_column="uidvalidity")
    uid = models.PositiveBigIntegerField(default=0)  # 0: the server does not say
    attempts = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField(null=True, db_column="notbefore")
    answer = models.CharField(max_length=500, blank=True)  # of the last refusal
    created_on = models.DateTimeField(db_column="createdon")
    changed_on = models.DateTimeField(auto_now=True, db_column="changedon")

    class Meta:
        db_table = "mailsentcopy"
        constraints = [
            CheckConstraint(condition=Q(state__in=CopyState.values), name="sentcopy_state_known")
        ]
        indexes = [
            models.Index(  # what a cycle of copies looks for
                fields=["mailbox", "created_on"],
                name="sentcopy_owed",
                condition=Q(state="waiting"),
            )
        ]

    def __str__(self) -> str:
        return str(self.email_id)


NOT_INTERNATIONAL = "5.6.7"  # RFC 6531, 4.3: no address outside ASCII for this recipient


class DeliveryOutcome(models.TextChoices):
    WAITING = "waiting", _("Waits")
    ACCEPTED = "accepted", _("Accepted by the server")
    REFUSED = "refused", _("Refused")
    POSTPONED = "postponed", _("Postponed by the server")


class Report(models.TextChoices):
    """What was told of a recipient after the server had accepted the email for them."""

    DELAYED = "delayed", _("Delayed on the way")
    BOUNCED = "bounced", _("Did not arrive")


class Delivery(models.Model):
    """One email and one recipient: what our server answered, and what was reported later.

    A report may be here before the answer is written down, so neither touches the other.
    """

    delivery_id = models.UUIDField(primary_key=True, default=new_guid, db_column="deliveryid")
    email = models.ForeignKey(
        Email, models.CASCADE, related_name="deliveries", db_index=False, db_column="activityid"
    )
    address = models.CharField(max_length=320)
    outcome = models.CharField(
        max_length=10, choices=DeliveryOutcome, default=DeliveryOutcome.WAITING
    )
    reply_code = models.PositiveSmallIntegerField(default=0, db_column="replycode")
    answer = models.CharField(max_length=500, blank=True)
    changed_on = models.DateTimeField(auto_now=True, db_column="changedon")
    report = models.CharField(max_length=10, choices=Report, blank=True, default="", db_default="")
    report_status = models.CharField(  # RFC 3463
        max_length=12, blank=True, default="", db_default="", db_column="reportstatus"
    )
    report_reason = models.CharField(
        max_length=500, blank=True, default="", db_default="", db_column="reportreason"
    )
    reported_on = models.DateTimeField(null=True, db_column="reportedon")
    # What receipts told, where some were asked for: to a server that reports no further, arrived,
    # shown to the reader, deleted.
    passed_on = models.DateTimeField(null=True, db_column="passedon")
    arrived_on = models.DateTimeField(null=True, db_column="arrivedon")
    read_on = models.DateTimeField(null=True, db_column="readon")
    deleted_on = models.DateTimeField(null=True, db_column="deletedon")

    class Meta:
        db_table = "maildelivery"
        constraints = [
            models.UniqueConstraint(fields=["email", "address"], name="delivery_once"),
            CheckConstraint(
                condition=Q(outcome__in=DeliveryOutcome.values), name="delivery_outcome_known"
            ),
            CheckConstraint(
                condition=Q(report__in=["", *Report.values]), name="delivery_report_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.delivery_id)

    @property
    def advice(self) -> str:
        """What to do about the refusal, where its status says what servers seldom explain."""
        if self.outcome != DeliveryOutcome.REFUSED or not self.answer.startswith(NOT_INTERNATIONAL):
            return ""
        return gettext(
            "Before its @ this address has letters with accents or of another script, which our "
            "mail server or the next one does not take (SMTPUTF8). Ask for another address of this "
            "person, or send through a mail server that offers SMTPUTF8."
        )
