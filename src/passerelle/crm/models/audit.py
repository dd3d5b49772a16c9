"""The audit: who changed what is configured, and who looked into whose mail, and why.

One entry a bulk action, and never one a message that arrived. An entry outlives what it is about.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from passerelle.constraints import CheckConstraint
from passerelle.guids import new_guid


class AuditAction(models.TextChoices):
    """What was done."""

    EMAIL_READ = "email.read", _("Read an email of other people")
    SOURCE_READ = "source.read", _("Read a message in quarantine")
    TAKE_ASKED = "email.take", _("Had an ignored message tracked")
    RECORDS_TAKEN_BACK = "records.takenback", _("Took back records made automatically")
    EMAIL_UNTRACKED = "email.untracked", _("Had an email untracked")
    LINK_CHANGED = "link.changed", _("Changed what an email belongs to")
    RECORDS_MERGED = "records.merged", _("Merged records")
    SETTINGS_CHANGED = "settings.changed", _("Changed the system settings")
    PROCESSING_SWITCHED = "processing.switched", _("Switched who processes email")
    PROFILE_CREATED = "profile.created", _("Made an email server profile")
    PROFILE_CHANGED = "profile.changed", _("Changed an email server profile")
    CREDENTIALS_CHANGED = "credentials.changed", _("Changed credentials")
    PEOPLE_CHANGED = "people.changed", _("Changed users or queues")
    MAILBOX_CHANGED = "mailbox.changed", _("Changed mailboxes")
    MAILBOXES_APPROVED = "mailboxes.approved", _("Approved addresses")
    MAILBOXES_REJECTED = "mailboxes.rejected", _("Rejected addresses")
    TEST_REQUESTED = "test.requested", _("Asked for tests of mailboxes")
    WAVES_CHANGED = "waves.changed", _("Ran waves of mailboxes")
    RELAY_CHANGED = "relay.changed", _("Changed how Passerelle sends mail of its own")
    SIGN_IN_CHANGED = "signin.changed", _("Changed how people sign in")
    ACCOUNT_CREATED = "account.created", _("Made a sign-in account")
    ACCOUNT_CHANGED = "account.changed", _("Changed a sign-in account")
    INVITED = "account.invited", _("Invited people to sign in")
    INVITATIONS_REVOKED = "invitation.revoked", _("Revoked invitations")
    SECOND_FACTOR_SET = "secondfactor.set", _("Set a second factor up")
    SECOND_FACTOR_REMOVED = "secondfactor.removed", _("Removed a second factor")
    SESSIONS_ENDED = "sessions.ended", _("Ended sessions")
    WORDING_CREATED = "wording.created", _("Made a signature or a template")
    WORDING_CHANGED = "wording.changed", _("Changed a signature or a template")
    WORDING_REMOVED = "wording.removed", _("Removed a signature or a template")
    WRITING_CHANGED = "writing.changed", _("Changed who may send for whom")
    NOTICES_CHANGED = "notices.changed", _("Changed who is told of alerts")
    IMPORT_STARTED = "import.started", _("Imported data")
    INSTALLATION_CONFIRMED = "installation.confirmed", _("Confirmed the installation")
    INSTALLATION_COPIED = "installation.copied", _("Declared a copy")
    UPKEEP_CHANGED = "upkeep.changed", _("Changed retention and backups")
    KEYS_ROTATED = "keys.rotated", _("Rotated the keys")
    KEY_RETIRED = "key.retired", _("Retired a key")
    MIGRATION_STARTED = "migration.started", _("Started a migration")
    MIGRATION_UNDONE = "migration.undone", _("Undid a migration")


class AuditEntry(models.Model):
    """One act of one person. Its subject is a kind and a GUID, as it may be gone later."""

    audit_id = models.UUIDField(primary_key=True, default=new_guid, db_column="auditid")
    action = models.CharField(max_length=40, choices=AuditAction)
    subject_kind = models.CharField(max_length=40, db_column="objecttypecode")
    subject_id = models.UUIDField(null=True, db_column="objectid")  # None: many, or the only one
    username = models.CharField(max_length=150)  # of the account, which may be removed later
    reason = models.CharField(max_length=500, blank=True)
    # What changed, as {field: [before, after]}, or how many; never a secret.
    detail = models.JSONField(default=dict, db_column="changedata")
    done_on = models.DateTimeField(db_column="createdon")

    class Meta:
        db_table = "audit"
        indexes = [
            models.Index(  # whether a person gave a reason a while ago
                fields=["subject_id", "username", "-done_on"], name="audit_of_subject"
            ),
            models.Index(fields=["-done_on", "-audit_id"], name="audit_newest"),  # the page
            models.Index(  # the page, of one kind of act
                fields=["action", "-done_on", "-audit_id"], name="audit_of_action"
            ),
        ]
        constraints = [
            CheckConstraint(
                condition=models.Q(action__in=AuditAction.values), name="audit_action_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_id}"
