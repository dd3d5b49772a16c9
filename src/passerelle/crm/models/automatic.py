"""`automaticrecord`: the contact or lead that was made for an address by itself, once for ever.

The row is the lock: whoever inserts it makes the record. It stays when the record is taken back,
so that the address is not made again.
"""

from django.db import models
from django.db.models import Q

from passerelle.constraints import CheckConstraint
from passerelle.crm.models.customers import Contact, Lead
from passerelle.crm.models.keys import at_most_one
from passerelle.crm.models.people import Queue, SystemUser
from passerelle.guids import new_guid


class AutomaticRecord(models.Model):
    """One address, what was made for it as it was made, and whose option that was."""

    record_id = models.UUIDField(primary_key=True, default=new_guid, db_column="automaticrecordid")
    address = models.CharField(max_length=320, unique=True, db_column="emailaddress")  # its key
    # None of both: it was taken back, or removed otherwise.
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, db_column="contactid", related_name="+"
    )
    lead = models.ForeignKey(Lead, models.SET_NULL, null=True, db_column="leadid", related_name="+")
    # As it was made: what differs now was changed by somebody.
    fullname = models.CharField(max_length=160)
    company_name = models.CharField(max_length=100, blank=True, db_column="companyname")
    is_lead = models.BooleanField(db_column="islead")
    owner_then = models.UUIDField(null=True, db_column="ownerid")
    by_user = models.ForeignKey(
        SystemUser, models.SET_NULL, null=True, db_column="systemuserid", related_name="+"
    )
    by_queue = models.ForeignKey(
        Queue, models.SET_NULL, null=True, db_column="queueid", related_name="+"
    )
    activity_id = models.UUIDField(db_column="activityid")  # of the email, which may be gone
    mailbox_id = models.UUIDField(db_column="receivingmailboxid")  # that was read
    created_on = models.DateTimeField(db_column="createdon")
    taken_back_on = models.DateTimeField(null=True, db_column="takenbackon")
    taken_back_by = models.CharField(max_length=150, blank=True, db_column="takenbackby")

    class Meta:
        db_table = "automaticrecord"
        indexes = [
            models.Index(fields=["-created_on", "-record_id"], name="automaticrecord_newest"),
            models.Index(fields=["mailbox_id", "created_on"], name="automaticrecord_of_mailbox"),
        ]
        constraints = [
            CheckConstraint(
                condition=at_most_one("contact", "lead"), name="automaticrecord_one_record"
            ),
            CheckConstraint(
                condition=Q(taken_back_on=None) | Q(contact=None, lead=None),
                name="automaticrecord_taken_back_is_gone",
            ),
        ]

    def __str__(self) -> str:
        return self.fullname
