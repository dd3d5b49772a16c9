"""Who said whose an address is, for email that was here already: kept, so that it can be undone."""

from django.db import models

from passerelle.constraints import CheckConstraint
from passerelle.crm.models.customers import Account, Contact, Lead
from passerelle.crm.models.keys import exactly_one
from passerelle.guids import new_guid

CUSTOMERS = ("account", "contact", "lead")


class AddressResolution(models.Model):
    """One address given to one customer by one person; the parties it named point here."""

    resolution_id = models.UUIDField(
        primary_key=True, default=new_guid, db_column="addressresolutionid"
    )
    address = models.CharField(max_length=320, db_column="emailaddress")  # lower case
    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="+")
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, related_name="+")
    lead = models.ForeignKey(Lead, models.CASCADE, null=True, related_name="+")
    username = models.CharField(max_length=150)  # of the sign-in account, which may be gone later
    resolved_on = models.DateTimeField(db_column="createdon")

    class Meta:
        db_table = "addressresolution"
        constraints = [
            CheckConstraint(condition=exactly_one(*CUSTOMERS), name="addressresolution_one_record"),
        ]

    def __str__(self) -> str:
        return str(self.resolution_id)
