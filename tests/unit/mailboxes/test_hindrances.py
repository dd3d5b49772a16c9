"""Why a direction of a mailbox may not run, or not even connect."""

from typing import Any

import pytest

from passerelle.crm.models import Queue, SystemUser
from passerelle.faults.mailboxes import (
    AddressMissing,
    CredentialsCannotRun,
    CredentialsNotAllowed,
    MailboxFault,
    MailboxInactive,
    NotApproved,
    NotEnabled,
    NotServerSide,
    PasswordMissing,
    ProcessedByRouter,
    ProfileInactive,
    ProfileMissing,
    ProtocolCannotRun,
    ServerMissing,
)
from passerelle.mailboxes.models import Credential, EmailServerProfile, Mailbox, SystemSettings
from passerelle.mailboxes.models.choices import Direction
from passerelle.mailboxes.services.hindrances import cannot_connect, cannot_run


def rows(changes: dict[str, Any]) -> tuple[Mailbox, SystemSettings]:
    """A mailbox that may run, with what a case changes: `profile.x`, `settings.x`, or a column."""
    sealed = Credential(username="anna", ciphertext=b"sealed")
    profile = EmailServerProfile(
        name="Example", incoming_location="imap.example.com", outgoing_location="smtp.example.com"
    )
    mailbox = Mailbox(
        name="Anna",
        email_address="anna@example.com",
        systemuser=SystemUser(fullname="Anna", tracking_number=1),
        profile=profile,
        incoming_method=2,
        outgoing_method=2,
        allow_credentials=True,
        incoming_credential=sealed,
        outgoing_credential=sealed,
        approval=1,
        enabled_for_incoming=True,
        enabled_for_outgoing=True,
    )
    settings = SystemSettings(process_email_using=1)
    for name, value in changes.items():
        where, _, column = name.rpartition(".")
        owner: Any = {"": mailbox, "profile": profile, "settings": settings}.get(where)
        owner = mailbox.systemuser if where == "user" else owner
        setattr(owner, column, value)
    return mailbox, settings


CASES = [
    pytest.param({}, None, None, id="nothing-in-the-way"),
    pytest.param(
        {"settings.process_email_using": 0}, ProcessedByRouter, None, id="the-router-has-it"
    ),
    pytest.param({"incoming_method": 1}, NotServerSide, None, id="outlook-has-it"),
    pytest.param({"enabled_for_incoming": False}, NotEnabled, None, id="not-enabled"),
    pytest.param({"statecode": 1}, MailboxInactive, MailboxInactive, id="mailbox-inactive"),
    pytest.param({"user.is_disabled": True}, MailboxInactive, MailboxInactive, id="user-disabled"),
    pytest.param(
        {"systemuser": None, "queue": Queue(name="Q", statecode=1, tracking_number=2)},
        MailboxInactive,
        MailboxInactive,
        id="queue-inactive",
    ),
    pytest.param({"email_address": ""}, AddressMissing, AddressMissing, id="no-address"),
    pytest.param({"approval": 2}, NotApproved, NotApproved, id="pending"),
    pytest.param({"approval": 3}, NotApproved, NotApproved, id="rejected"),
    pytest.param(
        {"approval": 2, "settings.require_approval_for_users": False},
        None,
        None,
        id="approval-is-not-required-of-users",
    ),
    pytest.param(
        {"approval": 2, "settings.require_approval_for_queues": False},
        NotApproved,
        NotApproved,
        id="what-holds-for-queues-does-not-for-users",
    ),
    pytest.param({"profile": None}, ProfileMissing, ProfileMissing, id="no-profile"),
    pytest.param({"profile.statecode": 1}, ProfileInactive, ProfileInactive, id="profile-inactive"),
    pytest.param(
        {"profile.incoming_protocol": "exchange"},
        ProtocolCannotRun,
        ProtocolCannotRun,
        id="exchange-cannot-run-yet",
    ),
    pytest.param({"profile.outgoing_protocol": "exchange"}, None, None, id="the-other-side-does"),
    pytest.param({"profile.incoming_location": ""}, ServerMissing, ServerMissing, id="no-server"),
    pytest.param(
        {"allow_credentials": False},
        CredentialsNotAllowed,
        CredentialsNotAllowed,
        id="credentials-not-allowed",
    ),
    pytest.param({"incoming_credential": None}, PasswordMissing, PasswordMissing, id="none-kept"),
    pytest.param(
        {"incoming_credential": Credential(username="anna")},
        PasswordMissing,
        PasswordMissing,
        id="password-still-to-be-entered",
    ),
    pytest.param(
        {"profile.incoming_credential_retrieval": 1},
        PasswordMissing,
        PasswordMissing,
        id="the-profile-has-none",
    ),
    pytest.param(
        {"profile.incoming_credential_retrieval": 3},
        CredentialsCannotRun,
        CredentialsCannotRun,
        id="windows-integrated",
    ),
    pytest.param(
        {"profile.incoming_credential_retrieval": 4},
        CredentialsCannotRun,
        CredentialsCannotRun,
        id="nobody-reads-anonymously",
    ),
]


@pytest.mark.parametrize(("changes", "running", "connecting"), CASES)
def test_incoming(
    changes: dict[str, Any],
    running: type[MailboxFault] | None,
    connecting: type[MailboxFault] | None,
) -> None:
    mailbox, settings = rows(changes)
    found = cannot_run(mailbox, Direction.INCOMING, settings)
    assert type(found) is (running or type(None))
    found = cannot_connect(mailbox, Direction.INCOMING, settings)
    assert type(found) is (connecting or type(None))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, None, id="nothing-in-the-way"),
        pytest.param({"incoming_method": 0, "enabled_for_incoming": False}, None, id="apart"),
        pytest.param({"outgoing_method": 0}, NotServerSide, id="no-method"),
        pytest.param({"enabled_for_outgoing": False}, NotEnabled, id="not-enabled"),
        pytest.param(
            {"profile.outgoing_credential_retrieval": 4, "outgoing_credential": None},
            None,
            id="anonymous-smtp",
        ),
        pytest.param({"outgoing_credential": None}, PasswordMissing, id="no-password"),
        pytest.param({"profile.outgoing_location": ""}, ServerMissing, id="no-server"),
    ],
)
def test_outgoing(changes: dict[str, Any], expected: type[MailboxFault] | None) -> None:
    mailbox, settings = rows(changes)
    found = cannot_run(mailbox, Direction.OUTGOING, settings)
    assert type(found) is (expected or type(None))
