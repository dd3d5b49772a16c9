"""Which addresses and ports a mail server may have (decision 0020). Pure.

Private networks are where mail servers of companies are, so they stay reachable. What no mail
server has is refused: the services that tell a machine in a cloud its secrets, link-local,
multicast and reserved addresses, and, unless a setting allows it, this machine itself. An IPv4
address inside an IPv6 one is judged like itself.
"""

import ipaddress
import socket
from collections.abc import Sequence

from passerelle.faults import noop
from passerelle.faults.mail.protocols import (
    AddressNotAllowed,
    LoopbackNotAllowed,
    PortNotAllowed,
    ProtocolFault,
)
from passerelle.protocols.interfaces import Endpoint

Address = tuple[socket.AddressFamily, str, int]
Ip = ipaddress.IPv4Address | ipaddress.IPv6Address

FIRST_FREE_PORT = 1_024
LAST_PORT = 65_535
# Below them a machine runs services that answer, and change things, when written to.
# SMTP 25, 26 (its usual second one), 465, 587; POP3 109, 110, 995; IMAP 143, 220, 585, 993.
MAIL_PORTS = frozenset({24, 25, 26, 109, 110, 143, 220, 465, 585, 587, 993, 995})
# Services of clouds at addresses that are neither link-local nor reserved.
METADATA = frozenset(
    ipaddress.ip_address(text)
    for text in (
        "100.100.100.200",  # Alibaba
        "168.63.129.16",  # Azure
        "192.0.0.192",  # Oracle
        "fd00:ec2::254",  # Amazon
        "fd20:ce::254",  # Google
    )
)
THIS_NETWORK = ipaddress.ip_network("0.0.0.0/8")  # Linux connects 0.0.0.0 to itself
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052
COMPATIBLE = ipaddress.ip_network("::/96")  # RFC 4291, 2.5.5.1
SITE_LOCAL = ipaddress.ip_network("fec0::/10")  # RFC 3879


def is_mail_port(port: int) -> bool:
    """Whether a mail server may be asked for on that port."""
    return port in MAIL_PORTS or FIRST_FREE_PORT <= port <= LAST_PORT


def check_port(endpoint: Endpoint) -> None:
    """Raises `PortNotAllowed`."""
    if not is_mail_port(endpoint.port):
        raise PortNotAllowed(host=endpoint.host, port=endpoint.port)


def permitted(endpoint: Endpoint, addresses: Sequence[Address]) -> list[Address]:
    """The addresses that may be connected to. Raises when none may: the fault of the first."""
    judged = [(address, refusal(endpoint, address[1])) for address in addresses]
    good = [address for address, fault in judged if fault is None]
    if not good:
        fault = judged[0][1]
        assert fault is not None  # or it would be good
        raise fault
    return good


def refusal(endpoint: Endpoint, address: str) -> ProtocolFault | None:
    """Why that address may not be connected to, or None."""
    found = _meant(ipaddress.ip_address(address.partition("%")[0]))
    if found.is_loopback:
        if endpoint.loopback:
            return None
        return LoopbackNotAllowed(host=endpoint.host, address=address)
    reason = _reason(found)
    if reason is None:
        return None
    return AddressNotAllowed(host=endpoint.host, address=address, reason=reason)


def _reason(address: Ip) -> str | None:
    if address in METADATA:
        return noop("a service of the cloud")
    if address.is_link_local or address in SITE_LOCAL:
        return noop("link-local")
    if address.is_multicast:
        return noop("multicast")
    if address.is_unspecified or address in THIS_NETWORK:
        return noop("no address at all")
    # Python calls most of IPv6 that is not assigned reserved, too; none of it is routed.
    return noop("reserved") if address.is_reserved else None


def _meant(address: Ip) -> Ip:
    """The IPv4 address that an IPv6 one stands for, where it stands for one."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    lowest = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    inside = address in NAT64 or (address in COMPATIBLE and int(address) > 1)
    return lowest if inside else address
