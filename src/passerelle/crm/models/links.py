"""What a person said of where emails belong, so that it is remembered and can be undone.

All of it is ours: Dataverse keeps only what an email regards now.
"""

from django.db import models

from passerelle.constraints import CheckConstraint
from passerelle.crm.models.customers import Account, Contact, Lead
from passerelle.crm.models.keys import at_most_one
from passerelle.crm.models.mail.emails import REGARDING, Email
from passerelle.guids import new_guid


class LinkChange(models.Model):
    """One word of one person about an email, and perhaps about what follows it."""

    link_change_id = models.UUIDField(
        primary_key=True, default=new_guid, db_column="emaillinkchangeid"
    )
    email = models.ForeignKey(Email, models.CASCADE, related_name="+", db_column="activityid")
    username = models.CharField(max_length=150)  # of the account, which may be removed later
    done_on = models.DateTimeField(db_column="createdon")
    undone_on = models.DateTimeField(null=True, db_column="undoneon")

    class Meta:
        db_table = "emaillinkchange"

    def __str__(self) -> str:
        return str(self.link_change_id)


class LinkStep(models.Model):
    """How one email stood before such a change, and after it."""

    link_step_id = models.UUIDField(primary_key=True, default=new_guid, db_column="emaillinkstepid")
    change = models.ForeignKey(
        LinkChange,
        models.CASCADE,
        related_name="steps",
        db_index=False,
        db_column="emaillinkchangeid",
    )
    email = models.ForeignKey(
        Email, models.CASCADE, related_name="link_steps", db_column="activityid"
    )
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        db_table = "emaillinkstep"
        constraints = [
            models.UniqueConstraint(fields=["change", "email"], name="emaillinkstep_once")
        ]

    def __str__(self) -> str:
        return str(self.link_step_id)


class ThreadChoice(models.Model):
    """What later answers to an email regard, where that is not what the email itself regards.

    Whoever corrects a conversation from an email on leaves those before it as they are; an answer
    to one of those belongs to what was corrected all the same.
    """

    email = models.OneToOneField(
        Email,
        models.CASCADE,
        primary_key=True,
        related_name="thread_choice",
        db_column="activityid",
    )
    regarding_account = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", db_column="regardingobjectid_account"
    )
    regarding_contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, related_name="+", db_column="regardingobjectid_contact"
    )
    regarding_lead = models.ForeignKey(
        Lead, models.SET_NULL, null=True, related_name="+", db_column="regardingobjectid_lead"
    )

    class Meta:
        db_table = "threadchoice"
        constraints = [CheckConstraint(condition=at_most_one(*REGARDING), name="threadchoice_one")]

    def __str__(self) -> str:
        return str(self.email_id)
