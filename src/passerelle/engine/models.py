"""The due table: the only truth about when, and who holds what until when."""

from django.db import models
from django.db.models import Q

from passerelle.guids import new_guid


class Worker(models.Model):
    """A worker process. Its one heartbeat keeps every lease it holds."""

    worker_id = models.UUIDField(primary_key=True, default=new_guid, db_column="workerid")
    host = models.CharField(max_length=255)
    pid = models.PositiveIntegerField()
    started_on = models.DateTimeField(db_column="startedon")
    heartbeat_on = models.DateTimeField(db_column="heartbeaton")  # by the database's clock

    class Meta:
        db_table = "engineworker"
        indexes = [models.Index(fields=["heartbeat_on"], name="worker_by_heartbeat")]

    def __str__(self) -> str:
        return f"{self.host}/{self.pid}"


class Host(models.Model):
    """A server, and the moment that the next sign-in to it gets, over all processes."""

    host = models.CharField(max_length=255, primary_key=True)
    next_on = models.DateTimeField(db_column="nexton")  # by the database's clock

    class Meta:
        db_table = "enginehost"

    def __str__(self) -> str:
        return self.host


class SpentRate(models.Model):
    """What was taken of a rate in the parts of its window, over all processes."""

    name = models.CharField(max_length=255, primary_key=True)
    parts = models.JSONField(default=list)  # pairs, by the database's clock; see `rates`

    class Meta:
        db_table = "enginerate"

    def __str__(self) -> str:
        return self.name


class Work(models.Model):
    """Something to do, once or again and again: a kind, a key, a due time, a lease."""

    work_id = models.UUIDField(primary_key=True, default=new_guid, db_column="workid")
    kind = models.CharField(max_length=20)
    key = models.UUIDField()  # what it is about: a mailbox, a test run, a migration
    due_on = models.DateTimeField(null=True, db_column="dueon")  # None: rests until asked for
    asked_on = models.DateTimeField(null=True, db_column="askedon")  # `ask` while it was leased
    lane = models.CharField(max_length=60, blank=True)  # a profile: its limit holds for all
    lane_limit = models.PositiveSmallIntegerField(default=300, db_column="lanelimit")
    host = models.CharField(max_length=255, blank=True)  # a server: a limit over all profiles
    worker = models.ForeignKey(
        Worker, models.SET_NULL, null=True, db_column="workerid", related_name="leases"
    )
    leased_on = models.DateTimeField(null=True, db_column="leasedon")
    epoch = models.PositiveBigIntegerField(default=0)  # grows with every lease; fences old holders
    attempts = models.PositiveIntegerField(default=0)  # failed ones in a row
    last_started_on = models.DateTimeField(null=True, db_column="laststartedon")
    last_finished_on = models.DateTimeField(null=True, db_column="lastfinishedon")
    last_code = models.CharField(max_length=20, blank=True, db_column="lastcode")  # of the fault

    class Meta:
        db_table = "enginework"
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="work_once")]
        indexes = [
            models.Index(  # what a claim looks for
                fields=["due_on"], name="work_due", condition=Q(due_on__isnull=False)
            ),
            models.Index(  # the leases that limits count, and those of a dead worker
                fields=["worker", "lane", "host"],
                name="work_leased",
                condition=Q(worker__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
