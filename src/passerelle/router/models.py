"""A migration of E-mail Routers: what was understood, chosen and staged, and what came of it.

Never the files, never a password or a key. Staged rows hold the final values, so that activating
them is a few statements; they stay as the account of what was migrated.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from passerelle.constraints import CheckConstraint
from passerelle.guids import new_guid
from passerelle.mailboxes.models import Credential, Mailbox


class MigrationState(models.TextChoices):
    DRAFT = "draft", _("Being prepared")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")
    ABANDONED = "abandoned", _("Abandoned")


class ProfileAction(models.TextChoices):
    """What becomes of one proposed profile; empty until it is decided."""

    CREATE = "create", _("New profile")
    SAME = "same", _("Already so")
    KEEP = "keep", _("Exists with other values, which stay")
    UPDATE = "update", _("Exists and takes the router's values")


class RecipientAction(models.TextChoices):
    """What becomes of one recipient of the router."""

    LINK = "link", _("Linked")
    SAME = "same", _("Already so")
    UNKNOWN = "unknown", _("No such user or queue here")
    NO_MAILBOX = "no-mailbox", _("Has no mailbox")
    OTHER_PROFILE = "other-profile", _("Has another profile, which stays")
    OTHER_ACCOUNT = "other-account", _("Has another user name, which stays")
    CHANGED = "changed", _("Was changed meanwhile, and stays so")
    CREATE = "create", _("New forward mailbox")
    ADDRESS_TAKEN = "address-taken", _("Another mailbox has this address")


class Undone(models.TextChoices):
    """What undoing did with one mailbox or profile; empty before it."""

    BACK = "back", _("As it was before")
    STAYS = "stays", _("Stays as it is")


class ReviewState(models.TextChoices):
    """What would become of one recipient or account of a draft."""

    LINK = "link", _("Will be linked")
    SAME = "same", _("Already so")
    MATCHED = "matched", _("Matched by hand")
    UNKNOWN = "unknown", _("No such user or queue here")
    NO_MAILBOX = "no-mailbox", _("Has no mailbox")
    ACCOUNT = "account", _("An account of nobody who is known")
    OTHER_PROFILE = "other-profile", _("Has another profile, which stays")
    OTHER_ACCOUNT = "other-account", _("Has another user name, which stays")
    ASKED = "asked", _("Waits for an answer")
    LEFT = "left", _("Left by hand")
    NOT_CHOSEN = "not-chosen", _("Its profile is not migrated")
    CREATE = "create", _("New forward mailbox")
    ADDRESS_TAKEN = "address-taken", _("Another mailbox has this address")


UNMATCHED = (RecipientAction.UNKNOWN, RecipientAction.NO_MAILBOX)
CONFLICTS = (
    RecipientAction.OTHER_PROFILE,
    RecipientAction.OTHER_ACCOUNT,
    RecipientAction.CHANGED,
    RecipientAction.ADDRESS_TAKEN,
)
TAKEN_OVER = (RecipientAction.LINK, RecipientAction.CREATE)  # the migration's own, to be undone


class Migration(models.Model):
    """One run of *Migrate Email Router Data*, kept with its date, its person and its counts."""

    migration_id = models.UUIDField(primary_key=True, default=new_guid, db_column="migrationid")
    state = models.CharField(max_length=10, choices=MigrationState, default=MigrationState.DRAFT)
    created_on = models.DateTimeField(auto_now_add=True, db_column="createdon")
    created_by = models.CharField(max_length=150, blank=True, db_column="createdby")
    started_on = models.DateTimeField(null=True, db_column="startedon")
    started_by = models.CharField(max_length=150, blank=True, db_column="startedby")
    finished_on = models.DateTimeField(null=True, db_column="finishedon")
    undone_on = models.DateTimeField(null=True, db_column="undoneon")
    undone_by = models.CharField(max_length=150, blank=True, db_column="undoneby")
    answers = models.JSONField(default=dict)  # question key → choice
    review_stale = models.BooleanField(default=True, db_column="reviewstale")
    findings = models.JSONField(default=dict)  # what the reading noticed, for the pages
    total = models.PositiveIntegerField(default=0)  # recipients of the chosen profiles
    staged = models.PositiveIntegerField(default=0)
    last_code = models.CharField(max_length=20, blank=True, db_column="lastcode")  # of a fault
    last_facts = models.JSONField(default=dict, db_column="lastfacts")

    class Meta:
        db_table = "routermigration"
        ordering = ["-created_on", "-migration_id"]
        constraints = [
            CheckConstraint(
                condition=Q(state__in=MigrationState.values), name="routermigration_state"
            ),
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state=MigrationState.RUNNING),
                name="routermigration_one_runs",
            ),
        ]

    def __str__(self) -> str:
        return str(self.migration_id)


class UnderstoodSet(models.Model):
    """What was read of the three files, packed; gone when the migration has ended."""

    migration = models.OneToOneField(
        Migration,
        models.CASCADE,
        primary_key=True,
        related_name="understood",
        db_column="migrationid",
    )
    content = models.BinaryField()
    names = models.BinaryField(null=True)  # the name table, where it is not the shipped one

    class Meta:
        db_table = "routermigrationset"

    def __str__(self) -> str:
        return str(self.migration_id)


class SalvagedFiles(models.Model):
    """What could be read of files that were refused, packed; gone with the next draft."""

    salvaged_id = models.UUIDField(primary_key=True, default=new_guid, db_column="salvagedid")
    created_on = models.DateTimeField(auto_now_add=True, db_column="createdon")
    created_by = models.CharField(max_length=150, blank=True, db_column="createdby")
    content = models.BinaryField()
    names = models.BinaryField(null=True)  # the name table, where it is not the shipped one

    class Meta:
        db_table = "routersalvaged"

    def __str__(self) -> str:
        return str(self.salvaged_id)


class MigrationProfile(models.Model):
    """One pair of the router's profiles, and the email server profile that it becomes, or not."""

    row_id = models.UUIDField(primary_key=True, default=new_guid, db_column="migrationprofileid")
    migration = models.ForeignKey(
        Migration, models.CASCADE, related_name="profiles", db_index=False, db_column="migrationid"
    )
    position = models.PositiveIntegerField()
    key = models.CharField(max_length=20)  # the same for the same pair in every reading
    name = models.CharField(max_length=100)
    outcome = models.CharField(max_length=20)
    review = models.JSONField()  # the proposal without its recipients
    users = models.PositiveIntegerField(default=0)
    queues = models.PositiveIntegerField(default=0)
    forwards = models.PositiveIntegerField(default=0, db_default=0)
    sample = models.JSONField(default=list)  # some of whom it serves
    chosen = models.BooleanField(default=False)  # Migrate Server Profile: Yes
    confirmed = models.BooleanField(default=False)  # what stands in the way may be overwritten
    action = models.CharField(max_length=10, choices=ProfileAction, blank=True)
    # Without a foreign key: it is given before the profile exists.
    target_id = models.UUIDField(null=True, db_column="emailserverprofileid")
    changes = models.JSONField(default=dict)  # columns that a person mapped otherwise
    values = models.JSONField(default=dict)  # columns of the profile, final
    # All columns of the profile before and after the activation, to tell and to undo a change.
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    credential_versions = models.JSONField(default=dict, db_column="credentialversions")
    undone = models.CharField(max_length=5, choices=Undone, blank=True)

    class Meta:
        db_table = "routermigrationprofile"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["migration", "key"], name="migrationprofile_once")
        ]
        indexes = [
            models.Index(fields=["key"], name="migrationprofile_by_key")  # what it became earlier
        ]

    def __str__(self) -> str:
        return self.name


class MigrationRecipient(models.Model):
    """A user, queue or forward mailbox that the router served, with its mailbox's final values."""

    id = models.BigAutoField(primary_key=True)
    migration = models.ForeignKey(
        Migration,
        models.CASCADE,
        related_name="recipients",
        db_column="migrationid",
        db_index=False,  # the first column of the constraint's index
    )
    profile = models.ForeignKey(
        MigrationProfile, models.CASCADE, db_column="migrationprofileid", db_index=False
    )
    kind = models.CharField(max_length=7)  # user, queue, forward
    guid = models.UUIDField()
    name = models.CharField(max_length=200, blank=True)  # the lists are sorted by it
    address = models.CharField(max_length=2084, blank=True)
    last_error = models.CharField(max_length=500, blank=True, db_column="lasterror")
    action = models.CharField(max_length=15, choices=RecipientAction)
    mailbox = models.ForeignKey(
        Mailbox, models.SET_NULL, null=True, db_column="mailboxid", db_index=False
    )
    target_id = models.UUIDField(null=True, db_column="emailserverprofileid")
    # As planned against; a mailbox that is no longer so is left alone.
    before_profile_id = models.UUIDField(null=True, db_column="beforeprofile")
    before_incoming = models.SmallIntegerField(default=0, db_column="beforeincoming")
    before_outgoing = models.SmallIntegerField(default=0, db_column="beforeoutgoing")
    before_start = models.DateTimeField(null=True, db_column="beforestart")
    before_allow = models.BooleanField(default=False, db_column="beforeallow")
    before_incoming_credential_id = models.UUIDField(
        null=True, db_column="beforeincomingcredential"
    )
    before_outgoing_credential_id = models.UUIDField(
        null=True, db_column="beforeoutgoingcredential"
    )
    incoming_method = models.SmallIntegerField(default=0, db_column="incomingmethod")
    outgoing_method = models.SmallIntegerField(default=0, db_column="outgoingmethod")
    process_after = models.DateTimeField(null=True, db_column="processafter")
    allow_credentials = models.BooleanField(default=False, db_column="allowcredentials")
    # Made while staging, used by nothing before the activation.
    incoming_credential_id = models.UUIDField(null=True, db_column="incomingcredentialid")
    outgoing_credential_id = models.UUIDField(null=True, db_column="outgoingcredentialid")
    replaces = models.BooleanField(default=False)  # credentials that are there, confirmed
    credential_version = models.PositiveIntegerField(default=1, db_column="credentialversion")
    asks = models.BooleanField(default=False)  # credentials are still to be entered
    undone = models.CharField(max_length=5, choices=Undone, blank=True)

    class Meta:
        db_table = "routermigrationrecipient"
        constraints = [
            models.UniqueConstraint(
                fields=["migration", "guid", "kind"], name="migrationrecipient_once"
            ),
            CheckConstraint(
                condition=Q(action__in=RecipientAction.values), name="migrationrecipient_action"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.guid}"


class MigrationChoice(models.Model):
    """What a person settled of one recipient or account of a draft, over what the files say."""

    id = models.BigAutoField(primary_key=True)
    migration = models.ForeignKey(
        Migration, models.CASCADE, related_name="choices", db_column="migrationid", db_index=False
    )
    kind = models.CharField(max_length=10)  # user, queue, account
    source = models.CharField(max_length=320)  # its GUID in the files, or the account, folded
    leave = models.BooleanField(default=False)
    target_kind = models.CharField(max_length=7, blank=True, db_column="targetkind")
    target_guid = models.UUIDField(null=True, db_column="targetid")  # whom it is matched with
    start = models.DateTimeField(null=True)
    incoming_username = models.CharField(max_length=250, blank=True, db_column="incomingusername")
    outgoing_username = models.CharField(max_length=250, blank=True, db_column="outgoingusername")

    class Meta:
        db_table = "routermigrationchoice"
        constraints = [
            models.UniqueConstraint(
                fields=["migration", "kind", "source"], name="migrationchoice_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.source}"


class ReviewRow(models.Model):
    """One line of a draft's list of people, made from the files and the records to be shown."""

    id = models.BigAutoField(primary_key=True)
    migration = models.ForeignKey(
        Migration, models.CASCADE, related_name="+", db_column="migrationid", db_index=False
    )
    kind = models.CharField(max_length=10)
    source = models.CharField(max_length=320)
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=320, blank=True)
    profile = models.ForeignKey(
        MigrationProfile,
        models.CASCADE,
        null=True,
        related_name="+",
        db_column="migrationprofileid",
        db_index=False,
    )
    state = models.CharField(max_length=15, choices=ReviewState)
    suggested_kind = models.CharField(max_length=7, blank=True, db_column="suggestedkind")
    suggested_guid = models.UUIDField(null=True, db_column="suggestedid")
    asks = models.BooleanField(default=False)  # for credentials that nobody brought yet
    matched_name = models.CharField(
        max_length=200, blank=True, db_default="", db_column="matchedname"
    )
    start = models.DateTimeField(null=True)
    incoming_username = models.CharField(max_length=320, blank=True, db_column="incomingusername")
    outgoing_username = models.CharField(max_length=320, blank=True, db_column="outgoingusername")

    class Meta:
        db_table = "routermigrationreview"
        indexes = [
            models.Index(fields=["migration", "name", "id"], name="migrationreview_by_name")  # list
        ]

    def __str__(self) -> str:
        return self.name


class BroughtCredential(models.Model):
    """A credential that was brought for a draft: a user's, a queue's, a profile's direction's."""

    id = models.BigAutoField(primary_key=True)
    migration = models.ForeignKey(
        Migration, models.CASCADE, related_name="brought", db_column="migrationid", db_index=False
    )
    kind = models.CharField(max_length=7)  # user, queue, forward, profile
    source = models.CharField(max_length=36)  # its GUID; of a profile its key and the direction
    credential = models.ForeignKey(Credential, models.CASCADE, db_column="credentialid")

    class Meta:
        db_table = "routermigrationbrought"
        constraints = [
            models.UniqueConstraint(
                fields=["migration", "kind", "source"], name="migrationbrought_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.source}"
