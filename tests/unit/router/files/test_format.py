"""What the files mean, and what is asked where nobody knows."""

from dataclasses import replace

import pytest
from tests.unit.router.made_up import ANNA, NAMES, POP3, PROVIDERS, SALES, SMTP

from passerelle.router.files.format import (
    Directory,
    Question,
    QuestionKind,
    RouterFormat,
    Who,
    short_class,
)
from passerelle.router.files.merged import RecipientKind
from passerelle.router.files.values import AuthMode, Connection, Direction, Provider, ServerType

FORMAT = RouterFormat(NAMES)
UNKNOWN = replace(POP3, class_name="Contoso.Strange, Contoso", auth="Kerberized", direction="")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("A.B.Pop3PollingMailboxProvider, A, Version=1", ServerType.POP3, id="whole"),
        pytest.param("pop3pollingmailboxprovider", ServerType.POP3, id="short-and-low"),
        pytest.param("SmtpPollingSendEmailProvider", ServerType.SMTP, id="smtp"),
        pytest.param("Contoso.Strange", None, id="unknown-is-not-guessed"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_server_type(name: str, expected: ServerType | None) -> None:
    assert FORMAT.server_type(name) is expected


@pytest.mark.parametrize(
    ("connection", "expected"),
    [
        pytest.param(Connection(direction="outbound"), Direction.OUTGOING, id="as-written"),
        pytest.param(replace(POP3, direction=""), Direction.INCOMING, id="as-pop3-implies"),
        pytest.param(replace(SMTP, direction="?"), Direction.OUTGOING, id="as-smtp-implies"),
        pytest.param(UNKNOWN, None, id="unknown"),
    ],
)
def test_direction(connection: Connection, expected: Direction | None) -> None:
    assert FORMAT.direction(connection) is expected


@pytest.mark.parametrize(
    ("text", "port"),
    [("995", 995), ("0", None), ("65536", None), ("-1", None), ("٩", None), ("1e3", None)],
)
def test_ports(text: str, port: int | None) -> None:
    side = FORMAT.side(replace(POP3, port=text))
    assert (side.port, side.port_text) == (port, text)


def test_everything_unknown_is_asked_once_with_its_count() -> None:
    odd = replace(UNKNOWN, credential="Borrowed", ssl="perhaps")
    providers = [Provider(odd), Provider(odd), Provider(replace(odd, server="other"))]
    assert set(FORMAT.questions(providers)) == {
        Question(QuestionKind.SERVER_TYPE, "Strange", 3),
        Question(QuestionKind.DIRECTION, "Strange", 3),
        Question(QuestionKind.AUTH, "Kerberized", 3),
        Question(QuestionKind.CREDENTIAL, "Borrowed", 3),
        Question(QuestionKind.FLAG, "perhaps", 3),
    }


def test_a_known_set_asks_nothing() -> None:
    assert FORMAT.questions(PROVIDERS) == ()


def test_answers_are_taken_and_asked_no_more() -> None:
    answers = {
        "server-type:strange": "exchange-2010",
        "direction:strange": "incoming",
        "auth:kerberized": "windows",
    }
    answered = RouterFormat(NAMES, answers)
    side = answered.side(UNKNOWN)
    assert (side.server_type, side.direction, side.auth) == (
        ServerType.EXCHANGE_2010,
        Direction.INCOMING,
        AuthMode.WINDOWS,
    )
    assert answered.questions([Provider(UNKNOWN)]) == ()


def test_an_answer_that_is_no_choice_is_asked_again() -> None:
    answered = RouterFormat(NAMES, {"auth:kerberized": "whatever"})
    keys = {question.key for question in answered.questions([Provider(UNKNOWN)])}
    assert "auth:kerberized" in keys


OF_VALUES = [kind for kind in QuestionKind if kind not in {QuestionKind.SERVES, QuestionKind.PAIR}]


@pytest.mark.parametrize("kind", OF_VALUES)
def test_every_choice_of_a_question_answers_it(kind: QuestionKind) -> None:
    odd = replace(UNKNOWN, credential="Borrowed", ssl="perhaps")
    (question,) = (q for q in FORMAT.questions([Provider(odd)]) if q.kind is kind)
    for choice in question.choices:
        left = RouterFormat(NAMES, {question.key: choice}).questions([Provider(odd)])
        assert question.key not in {other.key for other in left}


DIRECTORY = Directory(by_address={"sales@example.com": Who(RecipientKind.QUEUE, SALES)})


@pytest.mark.parametrize(
    ("provider", "expected"),
    [
        pytest.param(
            Provider(POP3, username="sales@example.com", users=(ANNA,)),
            (Who(RecipientKind.USER, ANNA),),
            id="identifiers-come-before-addresses",
        ),
        pytest.param(
            Provider(POP3, username="Sales@Example.com"),
            (Who(RecipientKind.QUEUE, SALES),),
            id="else-who-has-the-address",
        ),
        pytest.param(Provider(POP3, username="zoe@example.com"), (), id="else-nobody"),
    ],
)
def test_recipients(provider: Provider, expected: tuple[Who, ...]) -> None:
    assert FORMAT.recipients(provider, DIRECTORY) == expected


def test_short_class() -> None:
    assert short_class(" A.B.C , D, Version=1.0") == "C"
