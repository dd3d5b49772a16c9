"""Which addresses and ports a server may have, and that what was judged is what is connected to."""

import socket
from collections.abc import Iterator

import pytest

from passerelle.faults import Fault
from passerelle.faults.mail.protocols import AddressNotAllowed, LoopbackNotAllowed, PortNotAllowed
from passerelle.protocols.interfaces import Endpoint, Security, StepName, unwatched
from passerelle.protocols.wire import open_wire
from passerelle.protocols.wire.reach import is_mail_port, refusal

ENDPOINT = Endpoint("mail.example.com", 143, Security.NONE)


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("10.1.2.3", id="a-private-network"),
        pytest.param("192.168.0.9", id="a-small-private-network"),
        pytest.param("172.16.5.4", id="another"),
        pytest.param("100.64.0.7", id="behind-a-carrier"),
        pytest.param("203.0.113.8", id="a-public-address"),
        pytest.param("fd12:3456::9", id="a-private-network-of-ipv6"),
        pytest.param("2001:db8::1", id="a-public-address-of-ipv6"),
        pytest.param("64:ff9b::cb00:7108", id="a-public-ipv4-through-nat64"),
    ],
)
def test_a_mail_server_may_be_there(address: str) -> None:
    assert refusal(ENDPOINT, address) is None


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        pytest.param("169.254.169.254", "link-local", id="the-metadata-of-most-clouds"),
        pytest.param("169.254.1.1", "link-local", id="link-local"),
        pytest.param("fe80::1", "link-local", id="link-local-of-ipv6"),
        pytest.param("fe80::1%eth0", "link-local", id="link-local-with-its-interface"),
        pytest.param("fec0::1", "link-local", id="site-local"),
        pytest.param("224.0.0.1", "multicast", id="multicast"),
        pytest.param("ff02::1", "multicast", id="multicast-of-ipv6"),
        pytest.param("0.0.0.0", "no address at all", id="unspecified"),
        pytest.param("0.1.2.3", "no address at all", id="this-network"),
        pytest.param("::", "no address at all", id="unspecified-of-ipv6"),
        pytest.param("255.255.255.255", "reserved", id="broadcast"),
        pytest.param("240.0.0.1", "reserved", id="reserved"),
        pytest.param("168.63.129.16", "a service of the cloud", id="azure"),
        pytest.param("100.100.100.200", "a service of the cloud", id="alibaba"),
        pytest.param("fd00:ec2::254", "a service of the cloud", id="amazon-by-ipv6"),
        pytest.param("::ffff:169.254.169.254", "link-local", id="mapped-into-ipv6"),
        pytest.param("::169.254.169.254", "link-local", id="compatible-with-ipv4"),
        pytest.param("64:ff9b::a9fe:a9fe", "link-local", id="through-nat64"),
        pytest.param("2002:a9fe:a9fe::1", "link-local", id="through-6to4"),
    ],
)
def test_no_mail_server_is_there(address: str, reason: str) -> None:
    fault = refusal(ENDPOINT, address)
    assert isinstance(fault, AddressNotAllowed)
    assert fault.facts["reason"] == reason


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_this_machine_itself_is_a_setting(address: str) -> None:
    assert isinstance(refusal(ENDPOINT, address), LoopbackNotAllowed)
    allowing = Endpoint("mail.example.com", 143, Security.NONE, loopback=True)
    assert refusal(allowing, address) is None


@pytest.mark.parametrize(
    ("port", "good"),
    [
        *((port, True) for port in (25, 110, 143, 465, 587, 993, 995, 1024, 2525, 65_535)),
        *((port, False) for port in (-1, 0, 1, 22, 53, 80, 443, 445, 1023, 65_536)),
    ],
)
def test_ports(port: int, good: bool) -> None:
    assert is_mail_port(port) is good


class Resolver:
    """Answers each look at a name with the next of its addresses, as a rebinding server does."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.looks = 0

    def __call__(self, host: str, port: int, **more: object) -> list[tuple[object, ...]]:
        answer = self.answers[min(self.looks, len(self.answers) - 1)]
        self.looks += 1
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in answer]


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def opened(monkeypatch: pytest.MonkeyPatch, resolver: Resolver, port: int) -> list[str]:
    """Open a connection by that resolver; the addresses connected to."""
    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    seen: list[str] = []

    def watch(step: StepName, fact: str) -> None:
        if step is StepName.CONNECT:
            seen.append(fact)

    open_wire(Endpoint("mail.example.com", port, Security.NONE, loopback=True), watch).close()
    return seen


def test_the_judged_address_is_connected_to_and_the_name_is_not_asked_again(
    monkeypatch: pytest.MonkeyPatch, listener: socket.socket
) -> None:
    resolver = Resolver(["127.0.0.1"], ["169.254.169.254"])
    port = listener.getsockname()[1]
    assert opened(monkeypatch, resolver, port) == [f"127.0.0.1 {port}"]
    assert resolver.looks == 1


def test_of_several_addresses_those_that_are_allowed_are_tried(
    monkeypatch: pytest.MonkeyPatch, listener: socket.socket
) -> None:
    resolver = Resolver(["169.254.169.254", "127.0.0.1"])
    port = listener.getsockname()[1]
    assert opened(monkeypatch, resolver, port) == [f"127.0.0.1 {port}"]


@pytest.mark.parametrize(
    ("host", "port", "expected"),
    [
        pytest.param("169.254.169.254", 2525, AddressNotAllowed, id="metadata"),
        pytest.param("0xa9.254.0xa9fe", 2525, AddressNotAllowed, id="metadata-in-disguise"),
        pytest.param("2852039166", 2525, AddressNotAllowed, id="metadata-as-one-number"),
        pytest.param("0", 2525, AddressNotAllowed, id="zero-is-this-machine"),
        pytest.param("localhost", 2525, LoopbackNotAllowed, id="this-machine-by-name"),
        pytest.param("127.1", 2525, LoopbackNotAllowed, id="this-machine-in-short"),
        pytest.param("192.0.2.1", 80, PortNotAllowed, id="a-port-of-the-web"),
    ],
)
def test_nothing_is_connected_to(host: str, port: int, expected: type[Fault]) -> None:
    with pytest.raises(expected):
        open_wire(Endpoint(host, port, Security.NONE), unwatched)
