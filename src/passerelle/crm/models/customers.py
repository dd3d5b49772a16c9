"""Whom the company writes with: accounts, contacts and leads."""

from collections.abc import Mapping

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from passerelle.constraints import CheckConstraint
from passerelle.crm.models.keys import where_set
from passerelle.crm.models.mail_addresses import AddressField
from passerelle.crm.models.people import State, SystemUser
from passerelle.guids import new_guid


class Customer(models.Model):
    """What Dataverse keeps of a record that was merged into another one of its kind, and its words.

    The master of a merged record is never merged itself, so that one step leads to it.
    """

    merged = models.BooleanField(default=False, db_default=False, editable=False)
    master = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        editable=False,
        db_index=False,  # few are merged: the index holds those alone
        db_column="masterid",
        related_name="+",
    )
    # The folded words by which it is found, a space on each side of each (`crm.names`): a copy,
    # written with the record; `passerelle repair names` makes it anew. PostgreSQL has an index of
    # them, SQLite the FTS5 tables `accountwords`, `contactwords` and `leadwords`.
    search_words = models.TextField(
        default="", db_default="", blank=True, editable=False, db_column="searchwords"
    )
    # Of its row in FTS5, on SQLite only.
    search_number = models.BigIntegerField(null=True, editable=False, db_column="searchnumber")

    class Meta:
        abstract = True


def _by_number(name: str, sorted_by: str, key: str) -> models.Index:
    """The list of those that FTS5 has found, and whether they are active: SQLite only."""
    return models.Index(
        fields=["search_number", sorted_by, key, "statecode", "merged"],
        name=name,
        condition=Q(search_number__isnull=False),
    )


_HAS_NO_MASTER_OR_IS_MERGED = Q(master__isnull=True) | Q(merged=True)


class Account(Customer):
    """A company that is a customer."""

    account_id = models.UUIDField(primary_key=True, default=new_guid, db_column="accountid")
    name = models.CharField(_("name"), max_length=160)
    email_address1 = AddressField(
        _("email address"), max_length=100, blank=True, db_column="emailaddress1"
    )
    telephone1 = models.CharField(_("telephone"), max_length=50, blank=True)
    owner = models.ForeignKey(
        SystemUser,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("owner"),
        db_column="ownerid",
    )
    statecode = models.SmallIntegerField(choices=State, default=State.ACTIVE)
    created_on = models.DateTimeField(auto_now_add=True, db_column="createdon")

    class Meta:
        db_table = "account"
        ordering = ["name", "account_id"]
        indexes = [  # the list, and an import that names the account of a contact
            models.Index(fields=["name", "account_id"], name="account_by_name"),
            _by_number("account_by_number", "name", "account_id"),
            where_set("master", "account_of_master"),  # what was merged into it
        ]
        constraints = [
            CheckConstraint(condition=Q(statecode__in=State.values), name="account_state"),
            CheckConstraint(condition=_HAS_NO_MASTER_OR_IS_MERGED, name="account_merged"),
        ]

    def __str__(self) -> str:
        return self.name


class Contact(Customer):
    """A person outside the company."""

    contact_id = models.UUIDField(primary_key=True, default=new_guid, db_column="contactid")
    first_name = models.CharField(_("first name"), max_length=50, blank=True, db_column="firstname")
    last_name = models.CharField(_("last name"), max_length=50, db_column="lastname")
    fullname = models.CharField(_("name"), max_length=160, editable=False)
    email_address1 = AddressField(
        _("email address"), max_length=100, blank=True, db_column="emailaddress1"
    )
    email_address2 = AddressField(
        _("second email address"), max_length=100, blank=True, db_column="emailaddress2"
    )
    email_address3 = AddressField(
        _("third email address"), max_length=100, blank=True, db_column="emailaddress3"
    )
    job_title = models.CharField(_("job title"), max_length=100, blank=True, db_column="jobtitle")
    telephone1 = models.CharField(_("telephone"), max_length=50, blank=True)
    parent_customer = models.ForeignKey(
        Account,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("account"),
        db_column="parentcustomerid",
        related_name="contacts",
    )
    owner = models.ForeignKey(
        SystemUser,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("owner"),
        db_column="ownerid",
    )
    statecode = models.SmallIntegerField(choices=State, default=State.ACTIVE)
    created_on = models.DateTimeField(auto_now_add=True, db_column="createdon")

    class Meta:
        db_table = "contact"
        ordering = ["fullname", "contact_id"]
        indexes = [
            models.Index(fields=["fullname", "contact_id"], name="contact_by_name"),
            _by_number("contact_by_number", "fullname", "contact_id"),
            where_set("master", "contact_of_master"),  # what was merged into it
        ]
        constraints = [
            CheckConstraint(condition=Q(statecode__in=State.values), name="contact_state"),
            CheckConstraint(condition=_HAS_NO_MASTER_OR_IS_MERGED, name="contact_merged"),
        ]

    def __str__(self) -> str:
        return self.fullname


class LeadState(models.IntegerChoices):
    """`lead.statecode`."""

    OPEN = 0, _("Open")
    QUALIFIED = 1, _("Qualified")
    DISQUALIFIED = 2, _("Disqualified")


class Lead(Customer):
    """Somebody who may become a customer."""

    lead_id = models.UUIDField(primary_key=True, default=new_guid, db_column="leadid")
    subject = models.CharField(_("topic"), max_length=300, blank=True)
    first_name = models.CharField(_("first name"), max_length=50, blank=True, db_column="firstname")
    last_name = models.CharField(_("last name"), max_length=50, db_column="lastname")
    fullname = models.CharField(_("name"), max_length=160, editable=False)
    company_name = models.CharField(
        _("company name"), max_length=100, blank=True, db_column="companyname"
    )
    email_address1 = AddressField(
        _("email address"), max_length=100, blank=True, db_column="emailaddress1"
    )
    owner = models.ForeignKey(
        SystemUser,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("owner"),
        db_column="ownerid",
    )
    statecode = models.SmallIntegerField(choices=LeadState, default=LeadState.OPEN)
    created_on = models.DateTimeField(auto_now_add=True, db_column="createdon")

    class Meta:
        db_table = "lead"
        ordering = ["fullname", "lead_id"]
        indexes = [
            models.Index(fields=["fullname", "lead_id"], name="lead_by_name"),
            _by_number("lead_by_number", "fullname", "lead_id"),
            where_set("master", "lead_of_master"),  # what was merged into it
        ]
        constraints = [
            CheckConstraint(condition=Q(statecode__in=LeadState.values), name="lead_state"),
            CheckConstraint(condition=_HAS_NO_MASTER_OR_IS_MERGED, name="lead_merged"),
        ]

    def __str__(self) -> str:
        return self.fullname


# By the names that pages, keys and columns have for them.
KINDS: Mapping[str, type[Account] | type[Contact] | type[Lead]] = {
    "account": Account,
    "contact": Contact,
    "lead": Lead,
}
