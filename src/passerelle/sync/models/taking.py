"""Wishes that ignored messages be tracked: answered by the cycle that reads their mailbox."""

from django.db import models
from django.db.models import Q

from passerelle.mailboxes.models import Mailbox
from passerelle.sync.models.incoming import Place


class TakeRequest(models.Model):
    """A person's wish that one ignored message be tracked; it goes with its fulfilment."""

    # No constraints: the version before removes places and mailboxes, and knows nothing of this
    # table. A row without its place is never found.
    place = models.OneToOneField(
        Place,
        models.CASCADE,
        primary_key=True,
        db_constraint=False,
        related_name="take",
        db_column="placeid",
    )
    mailbox = models.ForeignKey(
        Mailbox,
        models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="+",
        db_column="mailboxid",
    )
    username = models.CharField(max_length=150)  # of the account, which may be removed later
    asked_on = models.DateTimeField(db_column="createdon")
    tries = models.PositiveSmallIntegerField(default=0)  # each counted before the server is asked
    code = models.CharField(max_length=20, blank=True)  # of the fault that ended it; "": it waits

    class Meta:
        db_table = "mailtakerequest"
        indexes = [
            models.Index(  # what a cycle looks for each time
                fields=["mailbox", "tries", "asked_on"],
                name="takerequest_waiting",
                condition=Q(code=""),
            )
        ]

    def __str__(self) -> str:
        return str(self.place_id)

    @property
    def is_waiting(self) -> bool:
        """Whether the next cycle answers it."""
        return not self.code
