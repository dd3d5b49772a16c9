import random
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from passerelle.demo.company import GONE, HELENE, contacts, customers
from passerelle.demo.correspondence.letters import compose
from passerelle.demo.customers import ANSWERS_AFTER, WRITES_AFTER, Customers, answer_to
from passerelle.demo.mail_world.post import Post
from passerelle.demo.staff import EVERYBODY, QUEUES, USERS
from passerelle.messages import Confirmed, Receipt, parse, report_of

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
CUSTOMER = contacts()[0]
OURS = (
    f"From: {USERS[0].fullname.encode('ascii', 'ignore').decode()} <{USERS[0].address}>\r\n"
    f"To: {CUSTOMER.address}\r\n"
    "Subject: Devis PSR:0010042\r\n"
    "Message-ID: <ours@lumen.example>\r\n"
    "References: <first@a.example>\r\n <second@a.example>\r\n"
    "\r\nVoici.\r\n"
)


def customers_at(post: Post) -> Customers:
    return Customers(post, random.Random(7))


def test_a_letter_of_ours_is_answered_in_its_thread(post: Post) -> None:
    post.deliver(USERS[0].address, [CUSTOMER.address], OURS.encode(), NOON)
    late = NOON + timedelta(seconds=ANSWERS_AFTER[1])
    sent = customers_at(post).step(late)
    (file,) = post.maildir(USERS[0].address).unread()
    answer = parse(file.read_bytes())
    assert len(sent) == 1
    assert answer.subject == "Re: Devis PSR:0010042"
    assert answer.in_reply_to == "<ours@lumen.example>"
    assert list(answer.references) == [
        "<first@a.example>",
        "<second@a.example>",
        "<ours@lumen.example>",
    ]


def test_it_is_answered_once_and_not_at_once(post: Post) -> None:
    post.deliver(USERS[0].address, [CUSTOMER.address], OURS.encode(), NOON)
    customers = customers_at(post)
    assert customers.step(NOON) == []
    late = NOON + timedelta(seconds=ANSWERS_AFTER[1])
    assert len(customers.step(late)) == 1
    assert customers.step(late) == []


@pytest.mark.parametrize(
    "received",
    [
        pytest.param("Auto-Submitted: auto-replied\r\n" + OURS, id="automatic"),
        pytest.param(OURS.replace("lumen.example>\r\nTo", "a.example>\r\nTo"), id="of-a-stranger"),
        pytest.param("", id="empty"),
    ],
)
def test_some_letters_get_no_answer(received: str) -> None:
    assert answer_to(received.encode(), CUSTOMER, "Merci.", NOON) is None


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        pytest.param("Devis", "Re: Devis", id="first-answer"),
        pytest.param("RE: Devis", "RE: Devis", id="answer-to-an-answer"),
        pytest.param("Devis\r\n pour\r\n nous", "Re: Devis pour nous", id="folded"),
        pytest.param("=?utf-8?q?=C3=89t=C3=A9?=", "Re: Été", id="encoded"),
    ],
)
def test_the_subject_is_kept(subject: str, expected: str) -> None:
    received = OURS.replace("Devis PSR:0010042", subject).encode()
    letter = answer_to(received, CUSTOMER, "Merci.", NOON)
    assert letter is not None
    written = message_from_bytes(compose(letter), EmailMessage, policy=SMTP)
    assert written["Subject"] == expected


def test_what_is_sent_to_somebody_who_left_comes_back(post: Post) -> None:
    letter = OURS.replace(CUSTOMER.address, GONE.address).encode()
    post.deliver(USERS[0].address, [GONE.address], letter, NOON)
    customers = customers_at(post)
    for _ in range(2):
        customers.step(NOON)
    (file,) = post.maildir(USERS[0].address).unread()
    content = file.read_bytes()
    bounce = report_of(content, parse(content))
    assert bounce is not None
    assert list(bounce.original_ids) == ["<ours@lumen.example>"]
    assert [(one.addresses, one.for_good) for one in bounce.recipients] == [((GONE.address,), True)]
    assert bounce.confirmed == ()
    assert content.startswith(b"Return-Path: <>\r\n")


def test_what_comes_back_is_a_receipt_of_who_has_it(post: Post) -> None:
    named = f"Hugo <{GONE.address}>, {HELENE.address.upper()}, <someone@else.example>"
    letter = OURS.replace(f"To: {CUSTOMER.address}", f"To: {named}\r\nCc: {USERS[1].address}")
    post.deliver(USERS[0].address, [GONE.address], letter.encode(), NOON)
    customers_at(post).step(NOON)
    (file,) = post.maildir(USERS[0].address).unread()
    content = file.read_bytes()
    report = report_of(content, parse(content))
    assert report is not None
    assert [one.addresses for one in report.recipients] == [(GONE.address,)]
    assert report.confirmed == (Confirmed((HELENE.address,), Receipt.ARRIVED),)


def test_who_left_writes_no_more(post: Post) -> None:
    assert GONE.address not in customers()


def test_customers_write_now_and_then_to_somebody_here(post: Post) -> None:
    customers = customers_at(post)
    assert customers.step(NOON) == []
    assert customers.step(NOON + timedelta(seconds=WRITES_AFTER[0] - 1)) == []
    sent = customers.step(NOON + timedelta(seconds=WRITES_AFTER[1]))
    assert len(sent) == 1
    assert set(sent[0].recipients) <= {one.address for one in EVERYBODY}
    assert sum(len(post.maildir(one.address).entries()) for one in EVERYBODY) == 1


def test_a_queue_is_answered_too() -> None:
    received = OURS.replace(USERS[0].address, QUEUES[0].address).encode()
    letter = answer_to(received, CUSTOMER, "Merci.", NOON)
    assert letter is not None
    assert letter.to == [QUEUES[0]]
