import smtplib
from collections.abc import Iterator

import pytest

from passerelle.demo.company import contacts
from passerelle.demo.mail_world.post import Post
from passerelle.demo.mail_world.smtp import SmtpServer
from passerelle.demo.staff import USERS
from passerelle.demo.world import HOST, free_port

PASSWORD = "made up for this test"
SENDER = USERS[0].address
CUSTOMER = contacts()[0].address
MESSAGE = b"From: a\r\nSubject: caf\xc3\xa9\r\n\r\nBonjour\r\n"


@pytest.fixture
def client(post: Post) -> Iterator[smtplib.SMTP]:
    server = SmtpServer(post, free_port(0, set()), PASSWORD)
    server.start()
    try:
        with smtplib.SMTP(HOST, server.port, timeout=20) as made:
            yield made
    finally:
        server.stop()


def test_mail_lands_in_the_maildir_of_each_recipient(post: Post, client: smtplib.SMTP) -> None:
    client.login(SENDER, PASSWORD)
    client.sendmail(SENDER, [CUSTOMER, USERS[1].address], MESSAGE)
    for address in (CUSTOMER, USERS[1].address):
        (file,) = post.maildir(address).unread()
        content = file.read_bytes()
        assert content.endswith(b"\r\n\r\nBonjour\r\n")
        assert content.startswith(f"Return-Path: <{SENDER}>\r\nDelivered-To: {address}".encode())


def test_an_unknown_colleague_is_refused_and_the_others_get_it(
    post: Post, client: smtplib.SMTP
) -> None:
    client.login(SENDER, PASSWORD)
    refused = client.sendmail(SENDER, ["nobody@lumen.example", CUSTOMER], MESSAGE)
    assert refused["nobody@lumen.example"][0] == 550
    assert len(post.maildir(CUSTOMER).unread()) == 1


def test_wrong_passwords_are_refused(client: smtplib.SMTP) -> None:
    with pytest.raises(smtplib.SMTPAuthenticationError) as refusal:
        client.login(SENDER, "wrong")
    assert refusal.value.smtp_code == 535


def test_without_sign_in_nothing_is_taken(post: Post, client: smtplib.SMTP) -> None:
    with pytest.raises(smtplib.SMTPSenderRefused):
        client.sendmail(SENDER, [CUSTOMER], MESSAGE)
    assert not post.maildir(CUSTOMER).folder.exists()


@pytest.mark.parametrize(
    "address",
    [
        "a@..",
        "../x@a.example",
        "a@b/c.example",
        "@a.example",
        "a@lumen.example.invalid",
        "a:b@c.example",
    ],
)
def test_no_address_leads_out_of_the_folder(post: Post, address: str) -> None:
    assert not post.accepts(address)
