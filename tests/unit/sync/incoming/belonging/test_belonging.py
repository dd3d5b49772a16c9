"""What a received message is joined to, and what is only proposed: as it stands in the store."""

from base64 import b64decode, b64encode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import Letter

from passerelle.crm.models import Account, Email
from passerelle.crm.models.mail.emails import CorrelationDoubt, CorrelationMethod, CorrelationState
from passerelle.crm.services import create_account
from passerelle.mailboxes.models.choices import Joining
from passerelle.mailboxes.services import save_settings, save_tracking_rules, update_mailbox

pytestmark = [pytest.mark.django_db, pytest.mark.database]

ORDER = Letter(1)
ANSWERS = f"In-Reply-To: {ORDER.id}\n"
STRANGER = Letter(2, sender="dan@other.example", subject="A lamp is broken", more=ANSWERS)


def read(company: Company, *letters: Letter) -> Email:
    """The letters are read; the record of the last."""
    for letter in letters:
        company.inbox.deliver(bytes(letter))
    company.read()
    return Email.objects.get(message_id=letters[-1].id)


def read_order(company: Company) -> tuple[Email, Account]:
    """An order that regards an account."""
    read(company, ORDER)
    account = create_account("Customer Inc")
    Email.objects.update(regarding_account=account)
    return Email.objects.get(), account


def test_an_answer_is_joined_for_sure(company: Company) -> None:
    order, account = read_order(company)
    answer = read(company, Letter(2, subject="Re: An order", more=ANSWERS))
    assert (answer.correlated_activity, answer.regarding_account) == (order, account)
    assert answer.correlation_state == CorrelationState.SURE
    assert answer.proposed_activity is None


@pytest.mark.parametrize(
    ("letter", "doubt"),
    [
        pytest.param(
            Letter(2, subject="Fwd: An order", more=ANSWERS),
            CorrelationDoubt.FORWARD,
            id="a-forward",
        ),
        pytest.param(STRANGER, CorrelationDoubt.OTHER_PEOPLE, id="other-people"),
    ],
)
def test_a_doubtful_answer_is_proposed_and_regards_nothing(
    company: Company, letter: Letter, doubt: CorrelationDoubt
) -> None:
    order, _ = read_order(company)
    email = read(company, letter)
    assert (email.correlated_activity, email.proposed_activity) == (None, order)
    assert (email.correlation_state, email.correlation_doubt) == (CorrelationState.PROPOSED, doubt)
    assert email.correlation_method == CorrelationMethod.IN_REPLY_TO
    assert email.regarding_account is None


def test_doubtful_answers_are_joined_where_the_organization_says_so(company: Company) -> None:
    order, account = read_order(company)
    save_tracking_rules({"forwards_are_replies": True}, by="zoe")
    email = read(company, STRANGER)
    assert (email.correlated_activity, email.regarding_account) == (order, account)
    assert email.correlation_state == CorrelationState.SURE


@pytest.mark.parametrize(
    ("organization", "joining", "joined"),
    [
        pytest.param(True, Joining.AS_ORGANIZATION, True, id="as-the-organization-says"),
        pytest.param(True, Joining.SURE, False, id="this-mailbox-joins-what-is-sure"),
        pytest.param(False, Joining.DOUBTFUL, True, id="this-mailbox-joins-what-is-doubtful"),
        pytest.param(False, Joining.AS_ORGANIZATION, False, id="nobody-joins-it"),
    ],
)
def test_a_mailbox_may_join_more_or_less_than_the_others(
    company: Company, joining: Joining, *, organization: bool, joined: bool
) -> None:
    order, _ = read_order(company)
    save_tracking_rules({"forwards_are_replies": organization}, by="zoe")
    update_mailbox(company.anna, by="zoe", joining=joining)
    email = read(company, STRANGER)
    assert (email.correlated_activity == order) is joined
    assert (email.proposed_activity == order) is not joined


def test_other_people_of_the_same_batch_are_other_people(company: Company) -> None:
    email = read(company, ORDER, STRANGER)
    assert email.correlation_doubt == CorrelationDoubt.OTHER_PEOPLE


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize(
    ("more", "state"), [(198, CorrelationState.PROPOSED), (199, CorrelationState.SURE)]
)
def test_in_a_crowd_nobody_is_a_stranger(
    company: Company, more: int, state: CorrelationState, *, at_once: bool
) -> None:
    """Sender, Anna and so many more; in one batch as in two."""
    crowd = ", ".join(f"p{number}@many.example" for number in range(more))
    order = ORDER.but(to=f"anna@example.com, {crowd}")
    if at_once:
        email = read(company, order, STRANGER)
    else:
        read(company, order)
        email = read(company, STRANGER)
    assert email.correlation_state == state


def test_people_cost_one_question_a_batch_and_none_without_doubt(company: Company) -> None:
    def cost(letters: list[Letter]) -> int:
        for letter in letters:
            company.inbox.deliver(bytes(letter))
        with CaptureQueriesContext(connection) as queries:
            company.read()
        return len([query for query in queries if "SAVEPOINT" not in query["sql"]])

    read(company, ORDER)
    sure = cost([Letter(2, subject="Re: An order", more=ANSWERS)])
    assert cost([STRANGER.but(number=3)]) == sure + 1
    assert cost([STRANGER.but(number=number) for number in range(4, 40)]) == sure + 1


def test_an_answer_of_outlook_is_known_by_its_thread_index(company: Company) -> None:
    first = bytes(range(22))
    heads = [f"Thread-Index: {b64encode(one).decode()}\n" for one in (first, first + b"12345")]
    order = read(company, ORDER.but(more=heads[0]))
    answer = read(company, Letter(2, subject="Re: An order", more=heads[1]))
    assert answer.correlated_activity == order
    assert answer.correlation_method == CorrelationMethod.CONVERSATION_INDEX
    assert b64decode(answer.conversation_index) == first + b"12345"


def test_a_token_of_the_format_before_is_found(company: Company) -> None:
    order, _ = read_order(company)
    Email.objects.update(tracking_token="CRM:0001001", direction_code=True)
    save_settings({"tracking_prefix": "NEW:"}, by="zoe")
    answer = read(company, Letter(2, subject="Re: An order CRM:0001001"))
    assert answer.correlated_activity == order
    assert answer.correlation_method == CorrelationMethod.TRACKING_TOKEN
