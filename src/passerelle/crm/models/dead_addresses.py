"""Addresses at which nobody is, as servers told when email to them came back."""

from django.db import models

from passerelle.crm.models.mail.emails import Email


class DeadAddress(models.Model):
    """One address, whichever records have it: a mark on a record would not follow its address."""

    address = models.CharField(max_length=320, primary_key=True)  # lower case
    bounced_on = models.DateTimeField(db_column="emailbouncedon")
    status = models.CharField(max_length=12, db_column="emailbouncestatus")  # RFC 3463
    reason = models.CharField(max_length=500, blank=True)
    email = models.ForeignKey(  # the one that came back
        Email, models.SET_NULL, null=True, related_name="+", db_column="activityid"
    )

    class Meta:
        db_table = "deadaddress"

    def __str__(self) -> str:
        return self.address
