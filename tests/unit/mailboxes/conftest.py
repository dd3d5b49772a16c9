"""A mailbox that can run, and mail servers in memory behind it."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from tests.stored_rows import MadeOnce

from passerelle.faults import Secret
from passerelle.mailboxes.models import EmailServerProfile, Mailbox
from passerelle.mailboxes.models.choices import AccessApproval, DeliveryMethod
from passerelle.mailboxes.services import (
    create_profile,
    create_user_with_mailbox,
    set_mailbox_password,
    update_mailbox,
)

PASSWORD = "p4ss-of-anna-which-nobody-sees"
MailboxMaker = Callable[..., Mailbox]


def make_profile() -> EmailServerProfile:
    return create_profile(
        "Example",
        incoming_location="imap.example.com",
        outgoing_location="smtp.example.com",
    )


def make_ready(profile: EmailServerProfile, name: str = "anna", **columns: Any) -> Mailbox:
    """A mailbox that could be enabled at once."""
    user = create_user_with_mailbox(name.title(), f"{name}@example.com")
    mailbox = update_mailbox(
        user.mailbox,
        profile=profile,
        incoming_method=DeliveryMethod.SERVER_SIDE,
        outgoing_method=DeliveryMethod.SERVER_SIDE,
        allow_credentials=True,
    )
    mailbox = set_mailbox_password(mailbox, None, name, Secret(PASSWORD))
    Mailbox.objects.filter(pk=mailbox.pk).update(
        **({"approval": AccessApproval.APPROVED} | columns)
    )
    return Mailbox.objects.get(pk=mailbox.pk)


# Anna's row names the profile's key, which is the same each time that the profile is put back.
PROFILE = MadeOnce(make_profile)
ANNA = MadeOnce(lambda: make_ready(EmailServerProfile.objects.get()))


@pytest.fixture
def profile(db: None) -> EmailServerProfile:
    return PROFILE.again()


@pytest.fixture
def make_mailbox(profile: EmailServerProfile) -> MailboxMaker:
    """Makes mailboxes that could be enabled at once."""
    return partial(make_ready, profile)


@pytest.fixture
def mailbox(profile: EmailServerProfile) -> Mailbox:
    return ANNA.again()
