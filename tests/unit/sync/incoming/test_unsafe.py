"""What is considered unsafe is known with the record, from what was read already."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import Letter

from passerelle.crm.models import Email, SystemUser
from passerelle.crm.models.people import FilteringMethod
from passerelle.mailboxes import services as mailboxes
from passerelle.messages import Danger

pytestmark = [pytest.mark.django_db, pytest.mark.database]
SERVER = "mx.example.com"
STAMP = f"Authentication-Results: {SERVER}; dmarc=fail\r\n".encode()
FILE = (
    b"From: Carla <carla@customer.example>\r\nTo: anna@example.com\r\nSubject: Bill\r\n"
    b"Message-ID: <7@customer.example>\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: application/octet-stream; name="%s"\r\n'
    b"Content-Disposition: attachment\r\n\r\nx\r\n"
)
ORDINARY = bytes(Letter())
FALSE_NAME = FILE.replace(
    b"Carla <carla@customer.example>", b'"carla@customer.example" <x@e.example>'
)


@pytest.fixture(autouse=True)
def takes_all(company: Company) -> None:
    SystemUser.objects.update(incoming_email_filtering_method=FilteringMethod.ALL)


@pytest.mark.parametrize(
    ("believed", "raw", "expected"),
    [
        pytest.param("", ORDINARY, None, id="an-ordinary-letter"),
        pytest.param("", FILE % b"bill.pdf", None, id="a-file"),
        pytest.param(
            "", FILE % b"bill.pdf.EXE", Danger.BLOCKED_FILE, id="a-file-of-a-blocked-kind"
        ),
        pytest.param("", FALSE_NAME % b"bill.pdf", Danger.FALSE_NAME, id="anothers-address"),
        pytest.param(
            "",
            FALSE_NAME % b"bill.exe",
            Danger.FALSE_NAME | Danger.BLOCKED_FILE,
            id="both",
        ),
        pytest.param(SERVER, STAMP + ORDINARY, Danger.UNPROVED_SENDER, id="checked-and-failed"),
        pytest.param(SERVER, ORDINARY, None, id="not-checked"),
        pytest.param("", STAMP + ORDINARY, None, id="nobody-is-believed"),
        pytest.param("mx.other.example", STAMP + ORDINARY, None, id="another-is-believed"),
    ],
)
def test_what_is_considered_unsafe(
    company: Company, believed: str, raw: bytes, expected: Danger | None
) -> None:
    mailboxes.update_profile(company.profile, authserv_id=believed)
    company.inbox.deliver(raw)
    company.read()
    assert Email.objects.get().is_unsafe == expected


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize(
    ("sender", "filename", "expected"),
    [
        pytest.param("", "list.csv", None, id="a-file"),
        pytest.param("", "list.exe", Danger.BLOCKED_FILE, id="a-file-of-a-blocked-kind"),
        pytest.param(
            '"ceo@example.com" <x@evil.example>',
            "list.exe",
            Danger.FALSE_NAME | Danger.BLOCKED_FILE,
            id="what-warned-before-stays",
        ),
        pytest.param(
            '"ceo@example.com" <x@evil.example>', "list.csv", Danger.FALSE_NAME, id="no-less"
        ),
    ],
)
def test_a_copy_that_completes_an_email_warns_of_what_it_brings(
    company: Company, sender: str, filename: str, expected: Danger | None, *, at_once: bool
) -> None:
    first = Letter(sender=sender) if sender else Letter()
    company.inbox.deliver(bytes(first))
    if not at_once:
        company.read()
    whole = bytes(first.but(parts=("x",)))
    company.inbox.deliver(whole.replace(b"0.csv", filename.encode()))
    company.read()
    email = Email.objects.get()
    assert (email.attachment_count, email.is_unsafe) == (1, expected)


def test_it_costs_no_query(company: Company) -> None:
    def cost(raw: bytes) -> int:
        company.inbox.deliver(raw)
        with CaptureQueriesContext(connection) as asked:
            company.read()
        return len(asked)

    mailboxes.update_profile(company.profile, authserv_id=SERVER)
    cost(bytes(Letter(1)))
    usual = cost(bytes(Letter(2)))
    assert cost(STAMP + bytes(Letter(3, sender='"ceo@example.com" <x@evil.example>'))) == usual
