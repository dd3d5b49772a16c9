"""Two contacts of one person, with what may point to a record."""

from datetime import UTC, datetime

import pytest

from passerelle.crm.emails.regarding import Regarded
from passerelle.crm.merging import begin_merge, move_some
from passerelle.crm.models import Account, ActivityParty, Contact, Email, Lead, RecordMerge
from passerelle.crm.models.mail.emails import EmailState, EmailStatus, Participation
from passerelle.crm.services import create_contact
from passerelle.guids import new_guid

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def master(db: None) -> Contact:
    return create_contact("Carla", "Duval", email_address1="carla@customer.example")


@pytest.fixture
def other(db: None) -> Contact:
    return create_contact(
        "Carla", "Duval-Roux", email_address1="c.roux@customer.example", job_title="Buyer"
    )


def email_of(record: Account | Contact | Lead) -> Email:
    """An email that the record wrote, and that regards it."""
    kind = type(record).__name__.lower()
    email = Email.objects.create(
        statecode=EmailState.COMPLETED,
        statuscode=EmailStatus.RECEIVED,
        created_on=NINE,
        identity=new_guid().bytes,
        **{f"regarding_{kind}": record},
    )
    ActivityParty.objects.create(
        email=email, participation=Participation.SENDER, address_used="a@b.example",
        **{kind: record},
    )  # fmt: skip
    return email


def move_all(merge: RecordMerge) -> None:
    """What the work of the engine does."""
    while move_some(merge.pk):
        pass


def merge_whole(master: Regarded, other: Regarded) -> RecordMerge:
    """Merged, and everything moved."""
    merge = begin_merge(master, other, "ann")
    move_all(merge)
    merge.refresh_from_db()
    return merge
