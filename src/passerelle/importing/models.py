"""An import of one table: its file while it is needed, its columns, and what came of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from passerelle.constraints import CheckConstraint
from passerelle.guids import new_guid


class ImportKind(models.TextChoices):
    """What the rows of a table are; in the order in which they should be brought."""

    USERS = "users", _("Users")
    TEAMS = "teams", _("Teams")
    QUEUES = "queues", _("Queues")
    MAILBOXES = "mailboxes", _("Mailboxes")
    ACCOUNTS = "accounts", _("Accounts")
    CONTACTS = "contacts", _("Contacts")
    LEADS = "leads", _("Leads")
    EMAILS = "emails", _("Tracked emails")


class ImportState(models.TextChoices):
    DRAFT = "draft", _("Being prepared")
    CHECKING = "checking", _("Dry run")
    CHECKED = "checked", _("Ready to start")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    STOPPED = "stopped", _("Stopped")


AT_WORK = (ImportState.CHECKING, ImportState.RUNNING)


class Import(models.Model):
    """One table that somebody brought, with its counts; the counts are those of the last pass."""

    import_id = models.UUIDField(primary_key=True, default=new_guid, db_column="importid")
    kind = models.CharField(max_length=10, choices=ImportKind)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.DRAFT)
    file_name = models.CharField(max_length=255, db_column="filename")
    size = models.PositiveBigIntegerField()  # bytes
    encoding = models.CharField(max_length=20)
    delimiter = models.CharField(max_length=1)
    headings = models.JSONField()
    columns = models.JSONField()  # of each heading the field that takes its cells, or ""
    date_order = models.CharField(max_length=12, db_column="dateorder")
    time_zone = models.CharField(max_length=64, db_column="timezone")
    created_on = models.DateTimeField(auto_now_add=True, db_column="createdon")
    created_by = models.CharField(max_length=150, blank=True, db_column="createdby")
    started_on = models.DateTimeField(null=True, db_column="startedon")
    started_by = models.CharField(max_length=150, blank=True, db_column="startedby")
    finished_on = models.DateTimeField(null=True, db_column="finishedon")
    total = models.PositiveIntegerField(default=0)  # rows; about, until a pass has counted them
    position = models.PositiveIntegerField(default=0)  # rows that are done
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    last_code = models.CharField(max_length=20, blank=True, db_column="lastcode")  # of a fault
    last_facts = models.JSONField(default=dict, db_column="lastfacts")

    class Meta:
        db_table = "import"
        ordering = ["-created_on", "-import_id"]
        indexes = [
            models.Index(fields=["-created_on", "-import_id"], name="import_newest")  # the list
        ]
        constraints = [
            CheckConstraint(condition=Q(kind__in=ImportKind.values), name="import_kind"),
            CheckConstraint(condition=Q(state__in=ImportState.values), name="import_state"),
            # Two at once would each find that the other's records are not there.
            models.UniqueConstraint(
                fields=["state"], condition=Q(state=ImportState.RUNNING), name="import_one_runs"
            ),
        ]

    def __str__(self) -> str:
        return str(self.import_id)


class ImportPiece(models.Model):
    """A piece of the file, packed; gone when the import has ended."""

    piece_id = models.BigAutoField(primary_key=True, db_column="importpieceid")
    of = models.ForeignKey(
        Import, models.CASCADE, related_name="pieces", db_index=False, db_column="importid"
    )
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        db_table = "importpiece"
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="importpiece_once")]

    def __str__(self) -> str:
        return f"{self.of_id} {self.number}"


class RefusedRows(models.Model):
    """The refused rows of one batch with their reasons, packed, to be given back as a table."""

    refused_id = models.BigAutoField(primary_key=True, db_column="importrefusedid")
    of = models.ForeignKey(
        Import, models.CASCADE, related_name="refusals", db_index=False, db_column="importid"
    )
    number = models.PositiveIntegerField()  # of the first of them
    content = models.BinaryField()

    class Meta:
        db_table = "importrefused"
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="importrefused_once")]

    def __str__(self) -> str:
        return f"{self.of_id} {self.number}"


class SavedColumns(models.Model):
    """Which column was which, the last time that a table had these headings."""

    saved_id = models.UUIDField(primary_key=True, default=new_guid, db_column="importmappingid")
    kind = models.CharField(max_length=10, choices=ImportKind)
    signature = models.CharField(max_length=64)  # of the headings
    columns = models.JSONField()
    date_order = models.CharField(max_length=12, db_column="dateorder")
    time_zone = models.CharField(max_length=64, db_column="timezone")

    class Meta:
        db_table = "importmapping"
        constraints = [
            models.UniqueConstraint(fields=["kind", "signature"], name="importmapping_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.signature}"
