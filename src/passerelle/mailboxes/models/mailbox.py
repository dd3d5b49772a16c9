"""The mailbox: one of a user's or a queue's, as Dataverse has it.

`enabledfor…` is a person's decision. Whether a direction waits now (a refusal, an outage) is told
by the due work and the alerts, and ends by itself; nothing ever switches a mailbox off.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from passerelle.constraints import CheckConstraint
from passerelle.crm.models import Queue, SystemUser
from passerelle.crm.models.mail_addresses import AddressField
from passerelle.guids import new_guid
from passerelle.mailboxes.models.choices import (
    AccessApproval,
    ActDeliveryMethod,
    DeliveryMethod,
    Joining,
    TestStatus,
)
from passerelle.mailboxes.models.credentials import Credential
from passerelle.mailboxes.models.profile import EmailServerProfile, State
from passerelle.mailboxes.models.search_text import SearchTextField


class Mailbox(models.Model):
    """Where the email of one user or one queue is read and sent."""

    mailbox_id = models.UUIDField(primary_key=True, default=new_guid, db_column="mailboxid")
    name = models.CharField(_("name"), max_length=200)
    email_address = AddressField(
        _("email address"), max_length=100, blank=True, db_column="emailaddress"
    )
    systemuser = models.OneToOneField(
        SystemUser,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="mailbox",
        db_column="regardingobjectid_systemuser",
    )
    queue = models.OneToOneField(
        Queue,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="mailbox",
        db_column="regardingobjectid_queue",
    )
    profile = models.ForeignKey(
        EmailServerProfile,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("server profile"),
        related_name="mailboxes",
        db_column="emailserverprofile",
    )
    incoming_method = models.SmallIntegerField(
        _("incoming email"),
        choices=DeliveryMethod,
        default=DeliveryMethod.NONE,
        db_column="incomingemaildeliverymethod",
    )
    outgoing_method = models.SmallIntegerField(
        _("outgoing email"),
        choices=DeliveryMethod,
        default=DeliveryMethod.NONE,
        db_column="outgoingemaildeliverymethod",
    )
    act_method = models.SmallIntegerField(
        _("appointments, contacts and tasks"),
        choices=ActDeliveryMethod,
        default=ActDeliveryMethod.NONE,
        db_column="actdeliverymethod",
    )
    allow_credentials = models.BooleanField(
        _("allow Passerelle to use the credentials"),
        default=False,
        db_column="allowemailconnectortousecredentials",
    )
    incoming_credential = models.ForeignKey(
        Credential,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_column="incomingcredentialid",
    )
    outgoing_credential = models.ForeignKey(
        Credential,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_column="outgoingcredentialid",
    )
    approval = models.SmallIntegerField(
        _("approval"),
        choices=AccessApproval,
        default=AccessApproval.EMPTY,
        db_column="emailrouteraccessapproval",
    )
    process_email_received_after = models.DateTimeField(
        _("process email from"), null=True, blank=True, db_column="processemailreceivedafter"
    )
    enabled_for_incoming = models.BooleanField(default=False, db_column="enabledforincomingemail")
    enabled_for_outgoing = models.BooleanField(default=False, db_column="enabledforoutgoingemail")
    incoming_status = models.SmallIntegerField(
        choices=TestStatus, default=TestStatus.NOT_RUN, db_column="incomingemailstatus"
    )
    outgoing_status = models.SmallIntegerField(
        choices=TestStatus, default=TestStatus.NOT_RUN, db_column="outgoingemailstatus"
    )
    tested_on = models.DateTimeField(
        null=True, blank=True, db_column="testmailboxaccesscompletedon"
    )
    enabled_on = models.DateTimeField(null=True, blank=True, db_column="enabledon")  # at first
    is_forward_mailbox = models.BooleanField(
        default=False, editable=False, db_column="isforwardmailbox"
    )
    # Dataverse allows it on forward and queue mailboxes only, and so do we.
    process_and_delete = models.BooleanField(
        _("delete emails from the server after processing"),
        default=False,
        db_column="processanddeleteemails",
    )
    joining = models.SmallIntegerField(
        _("join as answers"),
        choices=Joining,
        default=Joining.AS_ORGANIZATION,
        db_default=Joining.AS_ORGANIZATION,
        db_column="joinedanswers",
    )
    statecode = models.SmallIntegerField(choices=State, default=State.ACTIVE)
    created_on = models.DateTimeField(auto_now_add=True, db_column="createdon")
    modified_on = models.DateTimeField(auto_now=True, db_column="modifiedon")

    search_text = SearchTextField(sources=("name", "email_address"), db_column="searchtext")

    class Meta:
        db_table = "mailbox"
        ordering = ["name", "mailbox_id"]
        indexes = [models.Index(fields=["name", "mailbox_id"], name="mailbox_by_name")]  # the list
        constraints = [
            CheckConstraint(
                condition=(
                    Q(is_forward_mailbox=True, systemuser=None, queue=None)
                    | Q(is_forward_mailbox=False, systemuser__isnull=False, queue__isnull=True)
                    | Q(is_forward_mailbox=False, systemuser__isnull=True, queue__isnull=False)
                ),
                name="mailbox_of_one",
            ),
            CheckConstraint(
                condition=Q(incoming_method__in=DeliveryMethod.values)
                & Q(outgoing_method__in=[0, 1, 2])
                & Q(act_method__in=ActDeliveryMethod.values),
                name="mailbox_methods_known",
            ),
            CheckConstraint(
                condition=Q(queue__isnull=True) | ~Q(incoming_method=DeliveryMethod.OUTLOOK),
                name="mailbox_queue_not_outlook",
            ),
            CheckConstraint(
                condition=Q(approval__in=AccessApproval.values), name="mailbox_approval_known"
            ),
            CheckConstraint(condition=Q(joining__in=Joining.values), name="mailbox_joining_known"),
            CheckConstraint(
                condition=Q(process_and_delete=False) | Q(systemuser=None),
                name="mailbox_user_keeps_email",
            ),
            CheckConstraint(
                condition=Q(is_forward_mailbox=False)
                | Q(incoming_method__in=[0, 2], outgoing_method=0, act_method=2),
                name="mailbox_forward_only_receives",
            ),
            CheckConstraint(
                condition=Q(enabled_for_incoming=False, enabled_for_outgoing=False)
                | Q(profile__isnull=False),
                name="mailbox_enabled_has_profile",
            ),
        ]

    def __str__(self) -> str:
        return self.name
