"""`emailsearch`: each address of each record that has one, so that a batch asks one table.

The rows are kept by `crm.services` in the transaction that writes the record.
"""

from django.db import models
from django.db.models import F, Func, Q

from passerelle.constraints import CheckConstraint
from passerelle.crm.models.aliases import EmailAlias
from passerelle.crm.models.customers import Account, Contact, Lead
from passerelle.crm.models.keys import exactly_one, where_set
from passerelle.crm.models.people import Queue, SystemUser
from passerelle.guids import new_guid

KINDS = ("systemuser", "queue", "account", "contact", "lead")


# Of rows: not of an alias, or of one that is approved. Another means nobody yet.
IS_APPROVED = Q(alias=None) | Q(alias__is_approved=True)


# What stands behind the last @ of an address. Written once: an index by it serves this text alone.
DOMAIN = Func(
    F("email_address"),
    template=(
        "substr(%(expressions)s, "
        "length(rtrim(%(expressions)s, replace(%(expressions)s, '@', ''))) + 1)"
    ),
    output_field=models.CharField(),
)
OF_USERS_AND_QUEUES = Q(systemuser__isnull=False) | Q(queue__isnull=False)


class EmailSearch(models.Model):
    """One address of one record."""

    email_search_id = models.UUIDField(
        primary_key=True, default=new_guid, db_column="emailsearchid"
    )
    email_address = models.CharField(max_length=320, db_column="emailaddress")  # lower case
    # Of five keys four are empty in each row: indexes of those that are set only (below), or half
    # of an import would be the writing of indexes of nothing.
    systemuser = models.ForeignKey(
        SystemUser,
        models.CASCADE,
        null=True,
        db_index=False,
        db_column="parentobjectid_systemuser",
    )
    queue = models.ForeignKey(
        Queue, models.CASCADE, null=True, db_index=False, db_column="parentobjectid_queue"
    )
    account = models.ForeignKey(
        Account, models.CASCADE, null=True, db_index=False, db_column="parentobjectid_account"
    )
    contact = models.ForeignKey(
        Contact, models.CASCADE, null=True, db_index=False, db_column="parentobjectid_contact"
    )
    lead = models.ForeignKey(
        Lead, models.CASCADE, null=True, db_index=False, db_column="parentobjectid_lead"
    )
    # Of users and queues: where it is not the address on the record itself.
    alias = models.ForeignKey(
        EmailAlias, models.CASCADE, null=True, db_index=False, db_column="emailaliasid"
    )
    # Of a customer: an address of a record that was merged into it, for which it had no column.
    by_merge = models.BooleanField(default=False, db_default=False, db_column="bymerge")

    class Meta:
        db_table = "emailsearch"
        indexes = [
            models.Index(fields=["email_address"], name="emailsearch_by_address"),
            # The addresses of a record, and its removal.
            *(where_set(kind, f"emailsearch_of_{kind}") for kind in KINDS),
            # Which domains are ours. The database works it out, so that no change forgets it, and
            # it holds the few rows of users and queues only: no import of customers pays for it.
            models.Index(DOMAIN, name="emailsearch_our_domains", condition=OF_USERS_AND_QUEUES),
        ]
        constraints = [
            CheckConstraint(condition=exactly_one(*KINDS), name="emailsearch_one_parent"),
            models.UniqueConstraint(
                fields=["alias"],
                name="emailsearch_of_alias",
                condition=Q(alias__isnull=False),
            ),
            *(
                models.UniqueConstraint(
                    fields=["email_address", kind],
                    name=f"emailsearch_{kind}",
                    condition=Q(**{f"{kind}__isnull": False}),
                )
                for kind in KINDS
            ),
        ]

    def __str__(self) -> str:
        return str(self.email_search_id)
