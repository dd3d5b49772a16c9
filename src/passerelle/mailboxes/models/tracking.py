"""How this organization decides on incoming email, beyond the options of users: one row.

The columns have the names of the original's organization settings (OrgDbOrgSettings).
"""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from passerelle.constraints import CheckConstraint
from passerelle.crm.models.people import CreateAutomatically, FilteringMethod
from passerelle.tracking import (
    COMMON_PEOPLE_MOST,
    EARLIER_MOST,
    HASHES_LEAST,
    HASHES_MOST,
    PHRASES_MOST,
    WORDS_APART_MOST,
    Creates,
    Wish,
    formats_of_text,
    phrases_of_text,
)

NOT_FORCED = -1
FOLDERS_MOST = 200  # each is asked for at every look into a mailbox
CREATED_MOST = 10_000
FORCED_FILTERS = [(NOT_FORCED, _("The option of each user")), *FilteringMethod.choices]

CREATED = [
    (one.value, one.label)
    for one in CreateAutomatically
    if one is not CreateAutomatically.AS_ORGANIZATION
]


class OwnOptions(models.IntegerChoices):
    """Which options of tracking users choose for themselves.

    The original hides one (`HideTrackAllOption`) or all of them (`HideEmailAutoTrackOptions`).
    """

    ALL = 0, pgettext_lazy("options", "All")
    ALL_BUT_EVERYTHING = 1, _("All but “All email messages”")
    NONE = 2, _("None: administrators choose")


def known_formats(text: str) -> None:
    """Refuse lines that are no format of tokens."""
    try:
        formats_of_text(text)
    except ValueError as error:
        if not error.args:
            most = gettext("At most %(n)s earlier tokens are read.") % {"n": EARLIER_MOST}
            raise ValidationError(most) from error
        raise ValidationError(
            gettext("“%(line)s” is not a prefix and two numbers of digits, as in SD# 3 3.")
            % {"line": error.args[0]}
        ) from error


def known_phrases(text: str) -> None:
    """Refuse lines that smart matching cannot leave out of subjects."""
    try:
        phrases_of_text(text)
    except ValueError as error:
        if not error.args:
            most = gettext("At most %(n)s lines are left out of subjects.") % {"n": PHRASES_MOST}
            raise ValidationError(most) from error
        raise ValidationError(
            gettext("“%(line)s” is too long, says nothing, or has an asterisk that stands alone.")
            % {"line": error.args[0]}
        ) from error


class TrackingRules(models.Model):
    """What is asked of each message besides the options of those who received it."""

    only = models.BooleanField(default=True, primary_key=True, editable=False)
    own_filter_only = models.BooleanField(
        _("ask only whose mailbox is read"),
        default=False,
        db_column="usefilteringmethodofsyncingmailboxonlyforcorrelation",
    )
    forced_filter = models.SmallIntegerField(
        _("tracking option of all users"),
        choices=FORCED_FILTERS,
        default=NOT_FORCED,
        db_column="sssforcefilteringmethodforusermailboxes",
    )
    own_options = models.SmallIntegerField(
        _("options that users choose themselves"),
        choices=OwnOptions,
        default=OwnOptions.ALL,
        db_default=OwnOptions.ALL,
        db_column="autotrackoptions",
    )
    internal_to_queues = models.BooleanField(
        _("track email of users to queues always"),
        default=True,
        db_column="donotignoreinternalemailtoqueues",
    )
    internal_from_queues_ignored = models.BooleanField(
        _("treat email that a queue sent like a user’s"),
        default=False,
        db_column="ignoreinternalemailfromqueues",
    )
    items_for_recipients = models.BooleanField(
        _("queue items in the queues that are addressed"),
        default=True,
        db_column="createqueueitemsforacceptingqueuerecipients",
    )
    item_for_read_queue = models.BooleanField(
        _("a queue item in the queue that is read"),
        default=True,
        db_column="createqueueitemforsynchronizingmailbox",
    )
    items_for_tracked = models.BooleanField(
        _("a queue item also for email that is tracked already"),
        default=False,
        db_column="ssscreateadditionalqueueitemsforalreadytrackedemail",
    )
    # The original's switch, DoNotCorrelateForwardedEmailsAsReplies, says the contrary.
    forwards_are_replies = models.BooleanField(
        _("join forwards and doubtful answers like answers"),
        default=False,
        db_default=False,
        db_column="correlateforwardedemailsasreplies",
    )
    plus_addresses = models.BooleanField(
        _("name+anything@ means the user or queue of name@"),
        default=False,
        db_default=False,
        db_column="resolveplusaddresses",
    )
    sender_unresolved = models.BooleanField(
        _("choose no sender among several records"),
        default=False,
        db_default=False,
        db_column="unresolvesenderincaseofmultiplematch",
    )
    recipients_unresolved = models.BooleanField(
        _("name no recipient whose address several records have"),
        default=False,
        db_default=False,
        db_column="unresolveemailaddressifmultiplematch",
    )
    inactive_meant = models.BooleanField(
        _("addresses of inactive records count"),
        default=True,
        db_default=True,
        db_column="resolveforinactiveentities",
    )
    smart_matching = models.BooleanField(
        _("use smart matching"), default=False, db_default=False, db_column="usesmartmatching"
    )
    smart_matching_trusted = models.BooleanField(
        _("join what smart matching finds like answers"),
        default=False,
        db_default=False,
        db_column="trustsmartmatching",
    )
    words_apart = models.PositiveSmallIntegerField(
        _("words by which subjects may differ"),
        default=0,
        db_default=0,
        validators=[MaxValueValidator(WORDS_APART_MOST)],
        db_column="hashdeltasubjectcount",
    )
    words_ignored = models.TextField(
        _("words of subjects that do not count"),
        blank=True,
        default="",
        db_default="",
        max_length=5_000,
        validators=[known_phrases],
        db_column="hashfilterkeywords",
    )
    hashes_most = models.PositiveSmallIntegerField(
        _("words and people compared"),
        default=20,
        db_default=20,
        validators=[MinValueValidator(HASHES_LEAST), MaxValueValidator(HASHES_MOST)],
        db_column="hashmaxcount",
    )
    people_least = models.PositiveSmallIntegerField(
        _("people in common"),
        default=2,
        db_default=2,
        validators=[MinValueValidator(1), MaxValueValidator(COMMON_PEOPLE_MOST)],
        db_column="hashminaddresscount",
    )
    bounces_tracked = models.BooleanField(
        _("an email of each report of failure"),
        default=True,
        db_default=True,
        db_column="trackbounces",
    )
    receipts_tracked = models.BooleanField(
        _("an email of each receipt"),
        default=False,
        db_default=False,
        db_column="trackreceipts",
    )
    earlier_tokens = models.TextField(
        _("earlier tracking tokens"),
        blank=True,
        default="",
        db_default="",
        max_length=500,
        validators=[known_formats],
        db_column="earliertrackingtokens",
    )

    create_automatically = models.SmallIntegerField(
        _("create for unknown senders of tracked email"),
        choices=CREATED,
        default=CreateAutomatically.NOTHING,
        db_default=CreateAutomatically.NOTHING,
        db_column="autocreatecontactonpromote",
    )
    create_by_choice = models.BooleanField(
        _("let users and queues choose what is created"),
        default=False,
        db_default=False,
        db_column="autocreatebychoice",
    )
    created_most = models.PositiveSmallIntegerField(
        _("records created a day for each mailbox"),
        default=100,
        db_default=100,
        validators=[MinValueValidator(1), MaxValueValidator(CREATED_MOST)],
        db_column="maxautocreatedrecords",
    )
    folders_most = models.PositiveSmallIntegerField(
        _("folders read beside the inbox"),
        default=25,  # as Dynamics 365 has it
        db_default=25,
        validators=[MaxValueValidator(FOLDERS_MOST)],
        db_column="maxtrackingfolders",
    )

    track_sent = models.BooleanField(
        _("read Sent folders as outgoing email"),
        default=False,
        db_default=False,
        db_column="autotracksentfolderitems",
    )

    class Meta:
        db_table = "trackingsettings"
        constraints = [
            CheckConstraint(condition=Q(only=True), name="trackingsettings_one"),
            CheckConstraint(
                condition=Q(forced_filter__in=[NOT_FORCED, *FilteringMethod.values]),
                name="trackingsettings_filter_known",
            ),
            CheckConstraint(
                condition=Q(own_options__in=OwnOptions.values),
                name="trackingsettings_options_known",
            ),
            CheckConstraint(
                condition=Q(create_automatically__in=[value for value, _label in CREATED]),
                name="trackingsettings_creates_known",
            ),
        ]

    def __str__(self) -> str:
        return "trackingsettings"

    @property
    def wish(self) -> Wish:
        """What is created for unknown senders."""
        return Wish(Creates(self.create_automatically), self.create_by_choice)
