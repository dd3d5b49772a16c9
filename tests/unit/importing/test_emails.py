"""Mail that another system tracked: conversations go on with it, and it is never tracked twice."""

from datetime import UTC, datetime

import pytest
from tests.unit.importing.tables import counts, imported
from tests.unit.sync.conftest import Company, company
from tests.unit.sync.memory import Letter

from passerelle.crm.models import ActivityParty, Email
from passerelle.crm.readers import differences
from passerelle.crm.services import create_account
from passerelle.importing.services import ImportKind
from passerelle.sync.models import Place
from passerelle.sync.services import decision_of
from passerelle.tracking import Reason

pytestmark = [pytest.mark.django_db, pytest.mark.database]
__all__ = ["company"]

ONE = "0f8fad5b-d9cb-469f-a165-70867728950e"
TWO = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
HEAD = (
    "(Ne pas modifier) Courrier électronique;ID du message;Direction;Objet;Jeton de suivi;"
    "Date d'envoi;Expéditeur;Destinataires;Concernant;Propriétaire\n"
)
INCOMING = (
    f"{ONE};{{id}};Entrant;An order;;{{date}};clara@customer.example;anna@example.com;"
    "Clara Client;Anna\n"
)
OUTGOING = (
    f"{TWO};<sent@example.com>;Sortant;An offer CRM:0001002;CRM:0001002;24/11/2026 10:00;"
    "anna@example.com;clara@customer.example;Acme;Anna\n"
)


def received(letter: Letter, date: str = "") -> str:
    return HEAD + INCOMING.format(id=letter.id, date=date)


def test_what_a_list_holds_becomes_an_email_with_its_parties(company: Company) -> None:
    account = create_account("Acme")
    assert counts(imported(ImportKind.EMAILS, HEAD + OUTGOING)) == (1, 0, 0, 0)
    email = Email.objects.get()
    assert (str(email.pk), email.direction_code, email.is_history) == (TWO, True, True)
    assert email.sent_on == email.created_on == datetime(2026, 11, 24, 10, tzinfo=UTC)
    assert (email.regarding_account, email.owner) == (account, company.anna.systemuser)
    parties = [(one.participation, one.systemuser, one.contact) for one in email.parties.all()]
    assert parties == [(1, company.anna.systemuser, None), (2, None, company.clara)]
    assert counts(imported(ImportKind.EMAILS, HEAD + OUTGOING)) == (0, 0, 1, 0)
    changed = HEAD + OUTGOING.replace("An offer", "Our offer").replace("Acme", "A case")
    assert counts(imported(ImportKind.EMAILS, changed)) == (0, 1, 0, 0)
    email.refresh_from_db()
    assert (email.subject, email.regarding_account) == ("Our offer CRM:0001002", None)
    assert not differences()


def test_the_moment_of_an_email_stands_with_its_parties(company: Company) -> None:
    imported(ImportKind.EMAILS, HEAD + OUTGOING)
    for day, changed in ((24, 0), (25, 1)):
        listed = HEAD + OUTGOING.replace("24/11", f"{day}/11")
        assert counts(imported(ImportKind.EMAILS, listed))[1] == changed
        moments = set(ActivityParty.objects.values_list("created_on", flat=True))
        assert moments == {datetime(2026, 11, day, 10, tzinfo=UTC)}


def test_the_same_message_in_a_mailbox_is_not_tracked_twice(company: Company) -> None:
    letter = Letter()
    imported(ImportKind.EMAILS, received(letter))
    company.inbox.deliver(bytes(letter))
    company.read()
    email, place = Email.objects.get(), Place.objects.get()
    assert str(email.pk) == ONE
    assert (place.reason, place.email) == (Reason.DUPLICATE, email)
    assert decision_of(place) == "Ignored: the same message is tracked already."
    company.read()
    assert Email.objects.count() == 1


def test_a_stranger_under_the_same_id_is_another_message(company: Company) -> None:
    letter = Letter()
    imported(ImportKind.EMAILS, received(letter).replace("clara@", "somebody@"))
    company.inbox.deliver(bytes(letter))
    company.read()
    assert Email.objects.count() == 2


def test_far_apart_in_time_it_is_another_message(company: Company) -> None:
    letter = Letter()
    imported(ImportKind.EMAILS, received(letter, "01/01/2001 10:00"))
    company.inbox.deliver(bytes(letter))
    company.read()
    assert Email.objects.count() == 2


def test_mail_that_was_received_here_stays_as_it_is(company: Company) -> None:
    letter = Letter()
    company.inbox.deliver(bytes(letter))
    company.read()
    assert counts(imported(ImportKind.EMAILS, received(letter))) == (0, 0, 1, 0)
    email = Email.objects.get()
    assert (email.is_history, email.description.strip()) == (False, "Please send ten.")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"more": "In-Reply-To: <sent@example.com>\n"}, id="by-in-reply-to"),
        pytest.param({"subject": "Re: An offer CRM:0001002"}, id="by-token"),
    ],
)
def test_an_answer_correlates_with_imported_mail(company: Company, answer: dict[str, str]) -> None:
    account = create_account("Acme")
    imported(ImportKind.EMAILS, HEAD + OUTGOING)
    company.inbox.deliver(bytes(Letter(7, **answer)))  # type: ignore[arg-type]
    company.read()
    found = Email.objects.get(is_history=False)
    assert found.correlated_activity is not None
    assert (str(found.correlated_activity.pk), found.regarding_account) == (TWO, account)


def test_without_identifiers_the_message_id_and_the_direction_find_it(company: Company) -> None:
    text = (
        "Message ID,Direction,Subject\n<a@b>,Incoming,One\na@b,Outgoing,Two\n<a@b>,Incoming,Two\n"
    )
    assert counts(imported(ImportKind.EMAILS, text)) == (2, 0, 0, 1)
    assert counts(imported(ImportKind.EMAILS, text)) == (0, 0, 2, 1)
    assert set(Email.objects.values_list("message_id", flat=True)) == {"<a@b>"}
