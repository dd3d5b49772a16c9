"""`queueitem`: the emails that lie in queues."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from passerelle.constraints import CheckConstraint
from passerelle.crm.models.mail.emails import Email
from passerelle.crm.models.people import Queue, SystemUser
from passerelle.guids import new_guid


class QueueItemState(models.IntegerChoices):
    """`queueitem.statecode`."""

    ACTIVE = 0, _("Active")
    INACTIVE = 1, _("Inactive")


class QueueItem(models.Model):
    """An email that lies in a queue, and who works on it."""

    queue_item_id = models.UUIDField(primary_key=True, default=new_guid, db_column="queueitemid")
    queue = models.ForeignKey(  # two indexes below begin with it
        Queue, models.CASCADE, db_index=False, db_column="queueid", related_name="items"
    )
    email = models.ForeignKey(
        Email, models.CASCADE, db_column="objectid", related_name="queue_items"
    )
    entered_on = models.DateTimeField(db_column="enteredon")
    worker = models.ForeignKey(  # nobody picked it yet where there is none
        SystemUser,
        models.SET_NULL,
        null=True,
        db_index=False,
        db_column="workerid",
        related_name="+",
    )
    worked_on = models.DateTimeField(null=True, db_column="workeridmodifiedon")
    statecode = models.SmallIntegerField(
        choices=QueueItemState, default=QueueItemState.ACTIVE, db_default=QueueItemState.ACTIVE
    )

    class Meta:
        db_table = "queueitem"
        constraints = [
            models.UniqueConstraint(fields=["queue", "email"], name="queueitem_once"),
            CheckConstraint(
                condition=Q(statecode__in=QueueItemState.values), name="queueitem_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=["queue", "-entered_on"], name="queueitem_newest"),
            models.Index(  # what waits, the oldest first
                fields=["queue", "entered_on"],
                name="queueitem_waiting",
                condition=Q(statecode=QueueItemState.ACTIVE, worker__isnull=True),
            ),
            models.Index(  # what somebody works on, and the user's own removal
                fields=["worker", "queue", "entered_on"],
                name="queueitem_of_worker",
                condition=Q(worker__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.queue_item_id)
