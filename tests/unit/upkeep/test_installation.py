"""A database knows whether it is the installation or a copy, and a person may say so."""

from collections.abc import Callable

import pytest
from tests.unit.sync.conftest import Company
from tests.unit.sync.outgoing.test_sending import handed_in

from passerelle.alerts.models import Alert
from passerelle.crm.models import AuditEntry, Email
from passerelle.crm.models.mail.emails import EmailStatus
from passerelle.crm.services import organization
from passerelle.engine.services import Killed, crash_points
from passerelle.faults.upkeep import CopyWaits, MayBeSentByOriginal
from passerelle.mailboxes.models import SystemSettings
from passerelle.mailboxes.models.choices import Direction
from passerelle.mailboxes.services import may_process
from passerelle.sync.models import Submission
from passerelle.sync.models.outgoing import SubmissionState
from passerelle.upkeep.services import confirm_real, declare_copy, standing, take_place

pytestmark = [pytest.mark.django_db, pytest.mark.database]

At = Callable[[str], None]


@pytest.fixture(autouse=True)
def unresolved_allowed() -> None:
    SystemSettings.objects.update_or_create(
        only=True, defaults={"allow_unresolved_recipients": True}
    )


def test_the_first_start_takes_the_place(at: At) -> None:
    assert not take_place().is_copy
    assert SystemSettings.objects.get().place == "home:first:1:m"


def test_a_start_at_the_same_place_changes_nothing(at: At) -> None:
    take_place()
    assert not take_place().is_copy
    assert not Alert.objects.exists()


def test_started_elsewhere_it_is_a_copy_with_an_alert(at: At) -> None:
    take_place()
    at("home:second:2:m")
    found = take_place()
    assert (found.is_copy, found.said_copy, found.moved) == (True, False, True)
    assert Alert.objects.get(closed_on=None).code == CopyWaits.code
    at("home:first:1:m")
    assert not take_place().is_copy
    assert not Alert.objects.filter(closed_on=None).exists()


def test_a_copy_neither_reads_nor_sends(at: At, company: Company) -> None:
    take_place()
    at("home:second:2:m")
    for direction in Direction:
        assert isinstance(may_process(company.fresh(company.anna), direction), CopyWaits)
    submission = handed_in(company)
    company.send()
    assert company.world.smtp.delivered == []
    submission.refresh_from_db()
    assert submission.state == SubmissionState.WAITING


def test_confirmed_it_works_and_asks_a_person_about_what_waited(at: At, company: Company) -> None:
    take_place()
    at("home:second:2:m")
    submission = handed_in(company)
    assert confirm_real("admin") == 1
    assert not standing().is_copy
    submission.refresh_from_db()
    assert (submission.state, submission.code) == (
        SubmissionState.UNKNOWN,
        MayBeSentByOriginal.code,
    )
    assert Email.objects.get(pk=submission.pk).statuscode == EmailStatus.SENDING
    company.send()
    assert company.world.smtp.delivered == []
    assert AuditEntry.objects.filter(action="installation.confirmed").count() == 1


def test_confirmed_with_an_original_that_stood_still_it_sends(at: At, company: Company) -> None:
    take_place()
    at("home:second:2:m")
    handed_in(company)
    assert confirm_real("admin", hold=False) == 0
    company.send()
    assert len(company.world.smtp.delivered) == 1


def test_killed_while_confirming_it_stays_a_copy_whose_mail_waits(at: At, company: Company) -> None:
    take_place()
    at("home:second:2:m")
    handed_in(company)
    with pytest.raises(Killed), crash_points.kill_at("installation.confirming"):
        confirm_real("admin")
    assert standing().is_copy
    assert Submission.objects.get().state == SubmissionState.WAITING


def test_confirming_what_is_no_copy_changes_nothing(at: At, company: Company) -> None:
    take_place()
    handed_in(company)
    assert confirm_real("admin") == 0
    assert Submission.objects.get().state == SubmissionState.WAITING


def test_said_a_copy_it_rests_wherever_it_is(at: At) -> None:
    take_place()
    declare_copy("admin", name="Company (test)")
    found = standing()
    assert (found.is_copy, found.said_copy, found.moved) == (True, True, False)
    assert take_place().is_copy
    assert organization().name == "Company (test)"
    assert AuditEntry.objects.filter(action="installation.copied").count() == 1


def test_a_mailbox_of_a_copy_says_why_it_rests(at: At, company: Company) -> None:
    declare_copy("admin")
    hindrance = may_process(company.fresh(company.anna), Direction.INCOMING)
    assert isinstance(hindrance, CopyWaits)
