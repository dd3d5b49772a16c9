"""SMTP servers that misbehave, and answers of every class at every step."""

from collections.abc import Callable

import pytest
from tests.system.hostile.scripted import (
    IMPATIENT_OF_DRIPS,
    IMPATIENT_OF_SILENCE,
    PATIENT,
    Peer,
    Script,
    scripted,
)

from passerelle.faults import Fault, Secret
from passerelle.faults.mail.protocols import (
    AnswerLost,
    AnswerNotUnderstood,
    AnswerTooLarge,
    CommandRefused,
    ConnectionLost,
    ConnectionTimedOut,
    EncryptionNotOffered,
    ExchangeTooSlow,
    InternationalMailNotOffered,
    LoginNotOffered,
    LoginPostponed,
    LoginRefused,
    MessageRefused,
    MessageTooLarge,
    PlaintextInjected,
    SenderRefused,
    ServerBusy,
)
from passerelle.protocols.interfaces import Handover, Limits, Login, Recipient, Security
from passerelle.protocols.smtp import open_smtp

LOGIN = Login("anna", Secret("geheim"))
SECRET = b"AGFubmEAZ2VoZWlt"  # AUTH PLAIN of it
MESSAGE = b"Subject: hello\r\n\r\ntext\r\n"
Answer = bytes | Callable[[Peer], None]

USUAL: dict[str, Answer] = {
    "GREETING": b"220 ready\r\n",
    "EHLO": b"250-mail\r\n250-AUTH PLAIN\r\n250-SIZE 1000\r\n250 PIPELINING\r\n",
    "AUTH": b"235 in\r\n",
    "MAIL": b"250 ok\r\n",
    "RCPT": b"250 ok\r\n",
    "DATA": b"354 go on\r\n",
    "DOT": b"250 taken\r\n",
    "RSET": b"250 ok\r\n",
    "QUIT": b"221 bye\r\n",
}


def smtp(**changed: Answer) -> Script:
    """A server that answers as usual but for some commands; DOT is the end of the message."""
    answers = {**USUAL, **changed}

    def give(peer: Peer, name: str) -> None:
        answer = answers.get(name, b"500 what\r\n")
        if callable(answer):
            answer(peer)
        else:
            peer.say(answer)

    def script(peer: Peer) -> None:
        give(peer, "GREETING")
        while True:
            name = peer.line().partition(" ")[0].upper()
            give(peer, name)
            if name == "DATA" and answers["DATA"] == USUAL["DATA"]:
                while peer.line() != ".":
                    pass
                give(peer, "DOT")

    return script


def cut(peer: Peer) -> None:
    peer.say(b"25")
    peer.connection.shutdown(2)


def hang(peer: Peer) -> None:
    peer.hang()


def drip(peer: Peer) -> None:
    peer.drip(b"250 " + b"a" * 10_000)


def endless_line(peer: Peer) -> None:
    peer.flood(b"250-" + b"a" * 30_000)


def endless_lines(peer: Peer) -> None:
    peer.flood(b"250-a\r\n" * 1_000)


LIMITS: dict[Answer, Limits] = {hang: IMPATIENT_OF_SILENCE, drip: IMPATIENT_OF_DRIPS}


class Marks:
    """Counts how often the mark before the dot was made."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self, answers: object) -> None:
        self.made += 1


def send(
    script: Script,
    marks: Marks | None = None,
    *,
    data: bytes = MESSAGE,
    limits: Limits = PATIENT,
    recipients: tuple[str, ...] = ("a@example.org", "b@example.org"),
) -> Handover:
    """What a cycle does: open, hand one message over, close."""
    with scripted(script) as server:
        sender = open_smtp(server.endpoint(limits=limits), LOGIN, hello="crm.example.org")
        try:
            return sender.send(
                "crm@example.org", recipients, data, before_final_dot=marks or Marks()
            )
        finally:
            sender.close()


def test_the_usual_server_takes_the_message() -> None:
    marks = Marks()
    handover = send(smtp(), marks)
    assert (handover.sent, handover.answer, marks.made) == (True, "250 taken", 1)


@pytest.mark.parametrize("point", ["GREETING", "EHLO", "AUTH", "MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(cut, ConnectionLost, id="the connection is cut"),
        pytest.param(hang, ConnectionTimedOut, id="nothing comes"),
        pytest.param(drip, ExchangeTooSlow, id="one byte at a time"),
        pytest.param(endless_line, AnswerTooLarge, id="a line without end"),
        pytest.param(endless_lines, AnswerNotUnderstood, id="lines without end"),
        pytest.param(b"HTTP/1.1 400 Bad Request\r\n", AnswerNotUnderstood, id="another protocol"),
        pytest.param(b"199 what\r\n", AnswerNotUnderstood, id="a code of no class"),
        pytest.param(b"421 closing\r\n", (ServerBusy, LoginPostponed), id="421"),
    ],
)
def test_before_the_dot_nothing_is_in_doubt(
    point: str, answer: Answer, expected: type[Fault] | tuple[type[Fault], ...]
) -> None:
    marks = Marks()
    with pytest.raises(expected):
        send(smtp(**{point: answer}), marks, limits=LIMITS.get(answer, PATIENT))
    assert marks.made == 0


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(cut, AnswerLost, id="the connection is cut"),
        pytest.param(endless_line, AnswerLost, id="a line without end"),
        pytest.param(b"what\r\n", AnswerLost, id="rubbish"),
        pytest.param(b"354 more\r\n", AnswerLost, id="an answer of the wrong class"),
        pytest.param(b"451 later\r\n", ServerBusy, id="451"),
        pytest.param(b"421 closing\r\n", ServerBusy, id="421"),
        pytest.param(b"552 too large\r\n", MessageRefused, id="552"),
        pytest.param(b"554 spam\r\n", MessageRefused, id="554"),
    ],
)
def test_after_the_dot_only_a_clear_answer_counts(answer: Answer, expected: type[Fault]) -> None:
    marks = Marks()
    with pytest.raises(expected):
        send(smtp(DOT=answer), marks)
    assert marks.made == 1


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({"GREETING": b"554 no\r\n"}, CommandRefused, id="554 as greeting"),
        pytest.param({"GREETING": b"450 later\r\n"}, ServerBusy, id="450 as greeting"),
        pytest.param({"AUTH": b"535 5.7.8 no\r\n"}, LoginRefused, id="535"),
        pytest.param({"AUTH": b"454 4.7.0 later\r\n"}, LoginPostponed, id="454"),
        pytest.param({"AUTH": b"538 encrypt first\r\n"}, LoginNotOffered, id="538"),
        pytest.param({"AUTH": b"504 not that\r\n"}, LoginNotOffered, id="504"),
        pytest.param({"AUTH": b"334 \r\n"}, AnswerNotUnderstood, id="334 without end"),
        pytest.param({"EHLO": b"250 mail\r\n"}, LoginNotOffered, id="no AUTH"),
        pytest.param({"MAIL": b"550 not you\r\n"}, SenderRefused, id="550 to MAIL"),
        pytest.param({"MAIL": b"451 later\r\n"}, ServerBusy, id="451 to MAIL"),
        pytest.param({"MAIL": b"552 too large\r\n"}, MessageTooLarge, id="552 to MAIL"),
        pytest.param({"MAIL": b"354 what\r\n"}, AnswerNotUnderstood, id="354 to MAIL"),
        pytest.param({"RCPT": b"354 what\r\n"}, AnswerNotUnderstood, id="354 to RCPT"),
        pytest.param({"DATA": b"554 no\r\n"}, MessageRefused, id="554 to DATA"),
        pytest.param({"DATA": b"451 later\r\n"}, ServerBusy, id="451 to DATA"),
        pytest.param({"DATA": b"250 what\r\n"}, AnswerNotUnderstood, id="250 to DATA"),
    ],
)
def test_answers_of_every_class(changed: dict[str, Answer], expected: type[Fault]) -> None:
    marks = Marks()
    with pytest.raises(expected):
        send(smtp(**changed), marks)
    assert marks.made == 0


@pytest.mark.parametrize("offers", [b"250 AUTH PLAIN\r\n", b"250-AUTH PLAIN\r\n250 PIPELINING\r\n"])
def test_each_recipient_has_its_answer(offers: bytes) -> None:
    answers = iter([b"250 ok\r\n", b"550-no\r\n550 such user\r\n", b"452 full\r\n"])
    script = smtp(EHLO=b"250-mail\r\n" + offers, RCPT=lambda peer: peer.say(next(answers)))
    handover = send(script, recipients=("a@example.org", "b@example.org", "c@example.org"))
    assert [(each.outcome, each.answer) for each in handover.recipients] == [
        (Recipient.ACCEPTED, "250 ok"),
        (Recipient.REFUSED, "550 no such user"),
        (Recipient.POSTPONED, "452 full"),
    ]


def test_a_server_that_gives_up_amid_the_body_leaves_no_mark() -> None:
    def refuse_early(peer: Peer) -> None:
        peer.say(b"354 go on\r\n")
        peer.line()
        peer.say(b"552 enough\r\n")
        while peer.line() != "the end":  # the client cannot be done before this is read
            pass

    marks = Marks()
    large = b"Subject: hello\r\n\r\n" + b"0123456789\r\n" * 1_000_000 + b"the end\r\n"
    with pytest.raises(MessageRefused):
        send(smtp(DATA=refuse_early, EHLO=b"250-mail\r\n250 AUTH PLAIN\r\n"), marks, data=large)
    assert marks.made == 0


def test_a_refusal_leaves_the_connection_usable() -> None:
    answers = iter([b"550 not you\r\n", b"250 ok\r\n"])
    with scripted(smtp(MAIL=lambda peer: peer.say(next(answers)))) as server:
        sender = open_smtp(server.endpoint(), LOGIN, hello="crm.example.org")
        with pytest.raises(SenderRefused):
            sender.send("x@example.org", ["a@example.org"], MESSAGE, before_final_dot=Marks())
        assert sender.send(
            "crm@example.org", ["a@example.org"], MESSAGE, before_final_dot=Marks()
        ).sent
        sender.close()


def test_a_message_above_the_size_offered_is_not_given() -> None:
    with pytest.raises(MessageTooLarge):
        send(smtp(), data=MESSAGE + b"x" * 1000)


@pytest.mark.parametrize("offers", [b"250 mail\r\n", b"250-mail\r\n250 SMTPUTF8\r\n"])
@pytest.mark.parametrize(
    ("sender", "data"),
    [
        pytest.param("a@example.org", "Subject: é\r\n\r\nx\r\n".encode(), id="a header"),
        pytest.param("jörg@example.org", MESSAGE, id="a sender"),
    ],
)
def test_what_all_would_get_needs_smtputf8_or_goes_to_nobody(
    offers: bytes, sender: str, data: bytes
) -> None:
    with scripted(smtp(EHLO=offers)) as server:
        connection = open_smtp(server.endpoint(), None, hello="crm.example.org")
        with pytest.raises(InternationalMailNotOffered):
            connection.send(sender, ["b@example.org"], data, before_final_dot=Marks())
        assert connection.send(
            "a@example.org", ["b@example.org"], MESSAGE, before_final_dot=Marks()
        ).sent
        connection.close()


@pytest.mark.parametrize(
    "offers", [b"250-mail\r\n250 PIPELINING\r\n", b"250 mail\r\n"], ids=["pipelined", "one by one"]
)
def test_without_smtputf8_whose_address_needs_it_is_refused_and_no_other(offers: bytes) -> None:
    marks = Marks()
    with scripted(smtp(EHLO=offers)) as server:
        sender = open_smtp(server.endpoint(), None, hello="crm.example.org")
        people = ["a@example.org", "jörg@example.org", "b@example.org"]
        handover = sender.send("crm@example.org", people, MESSAGE, before_final_dot=marks)
        nobody = sender.send("crm@example.org", people[1:2], MESSAGE, before_final_dot=Marks())
        sender.close()
        assert b"rg@example.org" not in server.heard
    taken, lost = Recipient.ACCEPTED, Recipient.REFUSED
    assert handover.sent
    assert [one.address for one in handover.recipients] == people
    assert [one.outcome for one in handover.recipients] == [taken, lost, taken]
    assert handover.recipients[1].code == 553
    assert handover.recipients[1].answer.startswith("5.6.7 ")
    assert (nobody.sent, [one.outcome for one in nobody.recipients]) == (False, [lost])


def test_a_domain_of_other_letters_is_written_in_ascii() -> None:
    with scripted(smtp()) as server:
        sender = open_smtp(server.endpoint(), None, hello="crm.example.org")
        handover = sender.send("", ["a@exämple.example"], MESSAGE, before_final_dot=Marks())
        sender.close()
        assert b"MAIL FROM:<> SIZE=24\r\nRCPT TO:<a@xn--exmple-cua.example>\r\n" in server.heard
        assert handover.recipients[0].address == "a@exämple.example"


def test_smtputf8_and_8bitmime_are_declared_when_needed() -> None:
    offers = b"250-mail\r\n250-SMTPUTF8\r\n250 8BITMIME\r\n"
    with scripted(smtp(EHLO=offers)) as server:
        sender = open_smtp(server.endpoint(), None, hello="crm.example.org")
        for data in (MESSAGE, "Subject: é\r\n\r\nx\r\n".encode()):
            sender.send("a@example.org", ["b@example.org"], data, before_final_dot=Marks())
        sender.close()
        assert b"MAIL FROM:<a@example.org>\r\n" in server.heard
        assert b"MAIL FROM:<a@example.org> BODY=8BITMIME SMTPUTF8\r\n" in server.heard


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({}, EncryptionNotOffered, id="not offered"),
        pytest.param(
            {"EHLO": b"250-mail\r\n250 STARTTLS\r\n", "STARTTLS": b"454 not now\r\n"},
            EncryptionNotOffered,
            id="offered and refused",
        ),
        pytest.param(
            {
                "EHLO": b"250-mail\r\n250 STARTTLS\r\n",
                "STARTTLS": b"220 go\r\n250-mail\r\n250 AUTH PLAIN\r\n",
            },
            PlaintextInjected,
            id="plaintext injected before the handshake",
        ),
    ],
)
def test_starttls(changed: dict[str, Answer], expected: type[Fault]) -> None:
    with scripted(smtp(**changed)) as server:
        with pytest.raises(expected):
            open_smtp(server.endpoint(Security.STARTTLS), LOGIN, hello="crm.example.org")
        assert SECRET not in server.heard


def test_the_password_goes_out_once_and_in_no_fault() -> None:
    with scripted(smtp(AUTH=b"535 no\r\n")) as server:
        with pytest.raises(LoginRefused) as caught:
            open_smtp(server.endpoint(), LOGIN, hello="crm.example.org")
        assert server.heard.count(SECRET) == 1
        assert "geheim" not in f"{caught.value} {caught.value.facts}"


def test_helo_is_said_to_servers_that_know_no_ehlo() -> None:
    script = smtp(EHLO=b"500 what\r\n", HELO=b"250 mail\r\n")
    with scripted(script) as server:
        sender = open_smtp(server.endpoint(), None, hello="bad name\r\nQUIT")
        assert sender.send("", ["a@example.org"], MESSAGE, before_final_dot=Marks()).sent
        sender.close()
        assert bytes(server.heard).startswith(b"EHLO localhost\r\nHELO localhost\r\n")
