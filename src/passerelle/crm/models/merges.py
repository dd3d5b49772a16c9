"""The merge of two records: one of them stays, and what pointed to the other points to it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from passerelle.constraints import CheckConstraint
from passerelle.guids import new_guid


class MergedKind(models.TextChoices):
    """The kinds of records that can be merged, by their names in the address of a page."""

    ACCOUNT = "account", _("Account")
    CONTACT = "contact", _("Contact")
    LEAD = "lead", _("Lead")


class RecordMerge(models.Model):
    """How far what pointed to the merged record was moved. It outlives both records.

    Where to is said by the record itself: its master may be merged further meanwhile.
    """

    merge_id = models.UUIDField(primary_key=True, default=new_guid, db_column="recordmergeid")
    kind = models.CharField(max_length=10, choices=MergedKind)
    master = models.UUIDField(db_column="masterid")  # as a person chose it
    other = models.UUIDField(unique=True, db_column="subordinateid")
    total = models.PositiveIntegerField(default=0)  # rows to move; at least so many where very many
    moved = models.PositiveIntegerField(default=0)
    started_by = models.CharField(max_length=150, db_column="startedby")
    started_on = models.DateTimeField(db_column="startedon")
    moved_on = models.DateTimeField(null=True, db_column="movedon")  # the last of them
    settled_on = models.DateTimeField(null=True, db_column="settledon")  # looked again after that
    last_code = models.CharField(max_length=20, blank=True, db_column="lastcode")  # of a fault
    last_facts = models.JSONField(default=dict, db_column="lastfacts")

    class Meta:
        db_table = "recordmerge"
        indexes = [  # what the page of a record shows as going on
            models.Index(
                fields=["master"],
                name="recordmerge_running",
                condition=Q(moved_on__isnull=True),
            )
        ]
        constraints = [
            CheckConstraint(condition=Q(kind__in=MergedKind.values), name="recordmerge_kind_known")
        ]

    def __str__(self) -> str:
        return str(self.merge_id)
