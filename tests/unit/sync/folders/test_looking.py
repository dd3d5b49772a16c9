"""The list of folders that a person waits for: what it holds, and what hinders it."""

import pytest
from tests.unit.sync.conftest import Company

from passerelle.engine.services import run_due
from passerelle.faults import Fault
from passerelle.faults.mail.protocols import ConnectionLost, LoginRefused
from passerelle.sync.folders import looking
from passerelle.sync.models import FolderLook
from passerelle.sync.services import look_of, request_folders

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def listed(company: Company) -> FolderLook:
    request_folders(company.anna, "ann")
    run_due()
    found = look_of(company.anna)
    assert found is not None
    return found


def test_folders_are_listed_by_name_without_the_inbox(company: Company) -> None:
    for name in ("b/Été", "a", "x" * 256, "tab\there", "half\ud800"):
        company.inbox.new_folder(name)
    company.inbox.closed.add("b")
    look = listed(company)
    assert look.folders == [["a", "/", True], ["b", "/", False], ["b/Été", "/", True]]
    assert (look.code, look.finished_on is None, look.step) == ("", False, looking.LIST)
    assert company.inbox.opened == 0


def test_very_many_folders_are_listed_up_to_a_bound(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "MOST_KEPT", 3)
    for number in range(5):
        company.inbox.new_folder(f"F{number}")
    assert len(listed(company).folders) == 3


@pytest.mark.parametrize(
    "fault",
    [
        ConnectionLost(host="imap.example.com", step="LIST"),
        LoginRefused(host="imap.example.com", account="anna", answer="no"),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_what_hinders_it_is_the_answer_and_the_former_list_stays(
    company: Company, fault: Fault
) -> None:
    company.inbox.new_folder("a")
    before = listed(company).folders
    company.world.refusals.append(fault)
    look = listed(company)
    assert (look.code, look.facts, look.folders) == (fault.code, dict(fault.facts), before)
    assert look.finished_on is not None


def test_what_is_finished_is_not_done_again(company: Company) -> None:
    company.inbox.new_folder("a")
    listed(company)
    before = company.inbox.listings
    run_due()
    assert company.inbox.listings == before
