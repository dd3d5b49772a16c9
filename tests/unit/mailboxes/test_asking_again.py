"""The question before every email is answered anew as soon as any row that it looks at changed."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from passerelle.crm.models import SystemUser
from passerelle.faults.mailboxes import (
    MailboxInactive,
    NotEnabled,
    PasswordMissing,
    ProcessedByRouter,
    ServerMissing,
)
from passerelle.faults.upkeep import CopyWaits
from passerelle.mailboxes.models import Credential, EmailServerProfile, Mailbox, SystemSettings
from passerelle.mailboxes.models.choices import Direction, ProcessEmailUsing
from passerelle.mailboxes.services import MayStill, switch_processing

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def may_still(mailbox: Mailbox) -> MayStill:
    Mailbox.objects.update(enabled_for_outgoing=True)
    switch_processing(ProcessEmailUsing.SERVER_SIDE_SYNCHRONIZATION, by="test")
    found = MayStill(mailbox.pk, Direction.OUTGOING)
    assert found.hindrance() is None
    return found


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(
            lambda: Mailbox.objects.update(enabled_for_outgoing=False), NotEnabled, id="mailbox"
        ),
        pytest.param(
            lambda: SystemUser.objects.update(is_disabled=True), MailboxInactive, id="user"
        ),
        pytest.param(
            lambda: EmailServerProfile.objects.update(outgoing_location=""),
            ServerMissing,
            id="profile",
        ),
        pytest.param(
            lambda: Credential.objects.update(ciphertext=None), PasswordMissing, id="password"
        ),
        pytest.param(
            lambda: SystemSettings.objects.update(process_email_using=0),
            ProcessedByRouter,
            id="switch",
        ),
        pytest.param(lambda: SystemSettings.objects.update(is_copy=True), CopyWaits, id="copy"),
    ],
)
def test_a_change_counts_at_once(
    may_still: MayStill, change: Callable[[], object], expected: type[Exception]
) -> None:
    change()
    assert isinstance(may_still.hindrance(), expected)
    assert isinstance(may_still.hindrance(), expected)


def test_what_is_put_back_may_again(may_still: MayStill) -> None:
    for enabled, answer in ((False, NotEnabled), (True, type(None))):
        Mailbox.objects.update(enabled_for_outgoing=enabled)
        assert isinstance(may_still.hindrance(), answer)


def test_where_nothing_changed_two_statements_answer(may_still: MayStill) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert may_still.hindrance() is None
    assert len(queries) == 2
