"""What arrives, is completed, is written and is imported is found by its words a while later."""

import pytest
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import Letter

from passerelle.crm.models import Email, SignInAccount, SystemUser
from passerelle.crm.models.people import Role
from passerelle.crm.search import rebuild, search, some_wait, words_sought
from passerelle.crm.services import Written, create_draft
from passerelle.engine.services import run_due
from passerelle.upkeep.services import ask_for_search_index

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def subjects(text: str) -> list[str]:
    """Of what is found by Anna, whose it all is."""
    ask_for_search_index()
    run_due(kinds=["search-index"])
    assert not some_wait()
    anna = SystemUser.objects.get(internal_email_address="anna@example.com")
    account = SignInAccount(role=Role.ADMINISTRATOR, systemuser=anna)
    found = search(account, Email.objects.all(), words_sought(text), 0, 50).emails
    return [email.subject for email in found]


def test_what_arrives_is_found_by_text_people_and_files(company: Company) -> None:
    company.inbox.deliver(bytes(Letter(1, text="Please deliver the hydraulic pumps.")))
    company.inbox.deliver(bytes(Letter(2, subject="Bolts", parts=("a;b",))))
    company.read()
    assert some_wait()
    assert subjects("hydraul") == ["An order"]
    assert subjects("clara@customer.example") == ["Bolts", "An order"]
    assert subjects("0.csv bolts") == ["Bolts"]  # one letter is no word
    assert subjects("csv pumps") == []


def test_what_is_ignored_is_not_found(company: Company) -> None:
    company.inbox.deliver(bytes(Letter(1, sender="nobody")))
    company.read()
    assert subjects("order") == []


def test_a_second_copy_brings_its_files_words(company: Company) -> None:
    company.inbox.deliver(bytes(Letter(1)))
    company.read()
    assert subjects("csv") == []
    company.inbox.deliver(bytes(Letter(1, parts=("plan",))))
    company.read()
    assert subjects("csv") == ["An order"]


def test_a_draft_is_found_by_its_writer(company: Company) -> None:
    user = company.anna.systemuser
    assert user is not None
    written = Written(to="clara@customer.example", subject="Offer", text="Ten pumps")
    create_draft(written, sender=user, owner=user)
    assert subjects("offer clara") == ["Offer"]


def test_a_rebuilt_index_goes_on_where_a_kill_left_it(company: Company) -> None:
    for number in range(3):
        company.inbox.deliver(bytes(Letter(number)))
    company.read()
    assert len(subjects("order")) == 3
    assert rebuild() == 3
    assert len(subjects("order")) == 3
