"""What is never tracked: the organization's list, and those of users and queues."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from passerelle.constraints import CheckConstraint
from passerelle.crm.models import Queue, SystemUser
from passerelle.guids import new_guid
from passerelle.tracking import NeverKind

KINDS = sorted(kind.value for kind in NeverKind)
VALUE_CHARS = 320  # as an address
_TWICE = _("This is on the list already.")


def _once(name: str, of: Q, *fields: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        fields=[*fields, "kind", "value"], condition=of, name=name, violation_error_message=_TWICE
    )


class NeverTrackRule(models.Model):
    """One rule; with neither user nor queue it is the organization's."""

    rule_id = models.UUIDField(primary_key=True, default=new_guid, db_column="nevertrackruleid")
    systemuser = models.ForeignKey(
        SystemUser,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        db_column="systemuserid",
    )
    queue = models.ForeignKey(
        Queue, models.CASCADE, null=True, blank=True, related_name="+", db_column="queueid"
    )
    kind = models.CharField(max_length=20)
    value = models.CharField(_("value"), max_length=VALUE_CHARS, blank=True)
    spares_answers = models.BooleanField(default=True, db_column="sparesanswers")
    created_by = models.CharField(max_length=150, db_column="createdby")  # of the account
    created_on = models.DateTimeField(auto_now_add=True, db_column="createdon")

    class Meta:
        db_table = "nevertrackrule"
        constraints = [
            CheckConstraint(condition=Q(kind__in=KINDS), name="nevertrackrule_kind_known"),
            CheckConstraint(
                condition=Q(systemuser=None) | Q(queue=None), name="nevertrackrule_one_owner"
            ),
            _once("nevertrackrule_once", Q(systemuser=None, queue=None)),
            _once("nevertrackrule_once_a_user", Q(systemuser__isnull=False), "systemuser"),
            _once("nevertrackrule_once_a_queue", Q(queue__isnull=False), "queue"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}".strip()
