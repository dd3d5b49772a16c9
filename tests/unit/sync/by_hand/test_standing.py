"""What a page offers below ignored messages, to whom, in a fixed number of queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import Letter

from passerelle.crm.models import Email, Queue, SystemUser
from passerelle.crm.models.people import FilteringMethod, Role
from passerelle.crm.services import create_sign_in, create_user, set_members
from passerelle.sync.models import Place
from passerelle.sync.services import ask_to_take, takings_of
from passerelle.tracking import Reason

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def only_answers(company: Company) -> Company:
    SystemUser.objects.update(incoming_email_filtering_method=FilteringMethod.REPLIES)
    return company


def answer(number: int, to: int) -> bytes:
    return bytes(Letter(number, subject="Re: An order", more=f"In-Reply-To: {Letter(to).id}\n"))


def test_it_is_said_that_what_an_ignored_answer_names_has_come(only_answers: Company) -> None:
    company = only_answers
    zoe = create_sign_in("zoe", Role.ADMINISTRATOR)
    company.inbox.deliver(answer(2, to=1))
    company.read()
    place = Place.objects.get()
    assert place.reason == Reason.NO_CORRELATION_MATCH
    assert takings_of(zoe, [place])[place.pk].answers is None
    SystemUser.objects.update(incoming_email_filtering_method=FilteringMethod.ALL)
    company.inbox.deliver(bytes(Letter(1)))
    company.read()
    assert takings_of(zoe, [place])[place.pk].answers == Email.objects.get().pk
    ask_to_take(place, "zoe")
    company.read()
    late = Email.objects.get(message_id=Letter(2).id)
    assert late.correlated_activity == Email.objects.get(message_id=Letter(1).id)


def test_it_is_offered_to_those_whose_mail_it_is(only_answers: Company) -> None:
    company = only_answers
    company.orders_inbox.deliver(bytes(Letter(1, to="orders@example.com")))
    Queue.objects.update(incoming_email_filtering_method=FilteringMethod.NONE)
    company.read(company.orders)
    place = Place.objects.get()
    queue = company.orders.queue
    assert queue is not None
    member = create_user("Mia", "mia@example.com")
    set_members(queue, [member], by="test")
    accounts = {
        "member": create_sign_in("mia", Role.USER, systemuser=member),
        "nobody": create_sign_in("nobody", Role.USER),
        "operator": create_sign_in("op", Role.OPERATOR),
        "administrator": create_sign_in("zoe", Role.ADMINISTRATOR),
    }
    offered = {name: bool(takings_of(account, [place])) for name, account in accounts.items()}
    assert offered == {"member": True, "nobody": False, "operator": False, "administrator": True}


def test_queries_do_not_grow_with_the_page(only_answers: Company) -> None:
    company = only_answers
    zoe = create_sign_in("zoe", Role.ADMINISTRATOR)
    for number in range(2, 12):
        company.inbox.deliver(answer(number, to=1))
    company.read()

    def cost(count: int) -> int:
        places = list(Place.objects.all()[:count])
        with CaptureQueriesContext(connection) as queries:
            takings_of(zoe, places)
        return len(queries)

    assert (cost(0), cost(1), cost(10)) == (0, 2, 2)
