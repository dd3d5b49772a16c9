"""`emailalias`: the further addresses of users and queues. Dataverse has no such table."""

from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from passerelle.constraints import CheckConstraint
from passerelle.crm.models.mail_addresses import AddressField
from passerelle.crm.models.people import Queue, SystemUser
from passerelle.guids import new_guid

ADDRESS_CHARS = 100  # as a user's own


class EmailAlias(models.Model):
    """One more address of a user or a queue; it means them once it is approved."""

    alias_id = models.UUIDField(primary_key=True, default=new_guid, db_column="emailaliasid")
    systemuser = models.ForeignKey(
        SystemUser,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="aliases",
        db_column="systemuserid",
    )
    queue = models.ForeignKey(
        Queue, models.CASCADE, null=True, blank=True, related_name="aliases", db_column="queueid"
    )
    address = AddressField(_("email address"), max_length=ADDRESS_CHARS, db_column="emailaddress")
    key = models.CharField(  # as it is looked up
        max_length=320, unique=True, editable=False, db_column="emailaddresskey"
    )
    is_approved = models.BooleanField(default=False, db_column="isapproved")
    # Of the account; "" where it was imported.
    created_by = models.CharField(max_length=150, blank=True, db_column="createdby")
    created_on = models.DateTimeField(auto_now_add=True, db_column="createdon")

    class Meta:
        db_table = "emailalias"
        indexes = [
            models.Index(  # the page of those that wait for an administrator
                fields=["-created_on", "-alias_id"],
                name="emailalias_waiting",
                condition=Q(is_approved=False),
            )
        ]
        constraints = [
            CheckConstraint(
                condition=Q(systemuser__isnull=False, queue=None)
                | Q(systemuser=None, queue__isnull=False),
                name="emailalias_one_owner",
            )
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def owner_id(self) -> UUID:
        """The key of whose address it is."""
        key = self.systemuser_id or self.queue_id
        assert key is not None  # the constraint
        return key

    @property
    def owner(self) -> SystemUser | Queue:
        """Whose address it is."""
        owner = self.systemuser or self.queue
        assert owner is not None  # the constraint
        return owner
