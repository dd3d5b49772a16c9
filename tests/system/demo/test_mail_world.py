"""The three servers of the demonstration over the same Maildirs, and an outage on request."""

import imaplib
import poplib
import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest

from passerelle.demo.mail_world.post import Post
from passerelle.demo.mail_world.servers import MailServers
from passerelle.demo.staff import RELAY, USERS
from passerelle.demo.world import HOST, Ports, World

PASSWORD = "made up for this test"
ADDRESS = USERS[0].address
MESSAGE = b"From: a\r\nTo: b\r\nSubject: one\r\n\r\ntext\r\n"


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path / "demo-world")
    made.make()
    Post(made.mail).make()
    return made


@pytest.fixture
def ports(world: World) -> Ports:
    return world.choose_ports()[1]


@pytest.fixture
def servers(world: World, ports: Ports) -> Iterator[MailServers]:
    made = MailServers(world, ports, PASSWORD)
    made.look()
    try:
        yield made
    finally:
        made.stop()


def imap_count(ports: Ports) -> int:
    client = imaplib.IMAP4(HOST, ports.imap, timeout=120)
    try:
        client.login(ADDRESS, PASSWORD)
        return int(client.select()[1][0] or 0)
    finally:
        client.logout()


def pop3_count(ports: Ports) -> int:
    client = poplib.POP3(HOST, ports.pop3, timeout=120)
    client.user(ADDRESS)
    client.pass_(PASSWORD)
    count = client.stat()[0]
    client.quit()
    return count


def send(ports: Ports) -> None:
    with smtplib.SMTP(HOST, ports.smtp, timeout=120) as client:
        client.login(RELAY, PASSWORD)
        client.sendmail(ADDRESS, [ADDRESS], MESSAGE)


@pytest.mark.usefixtures("servers")
def test_what_one_server_takes_the_others_show(ports: Ports) -> None:
    send(ports)
    assert pop3_count(ports) == 1
    assert imap_count(ports) == 1
    send(ports)
    assert imap_count(ports) == 2
    assert pop3_count(ports) == 2


def test_an_outage_begins_and_ends_with_a_file(
    world: World, ports: Ports, servers: MailServers
) -> None:
    world.mail_off.touch()
    servers.look()
    assert not servers.are_on()
    for count in (imap_count, pop3_count):
        with pytest.raises(ConnectionRefusedError):
            count(ports)
    world.mail_off.unlink()
    servers.look()
    assert servers.are_on()
    assert imap_count(ports) == pop3_count(ports) == 0
