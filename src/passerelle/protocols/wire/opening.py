"""Opens a connection: resolve, connect, and TLS where it comes first. It sends no byte of its own.

What is connected to is an address that was judged after resolving (decision 0020), never the name
once more. The addresses of one name share the time allowed for connecting. Name resolution itself
cannot be interrupted; the resolver of the system bounds it (resolv.conf: timeout and attempts).
"""

import socket
import time

from passerelle.faults.mail.protocols import ConnectionRefused, ConnectionTimedOut, HostNotFound
from passerelle.protocols.interfaces import Endpoint, Security, StepName, Watch
from passerelle.protocols.wire.reach import Address, check_port, permitted
from passerelle.protocols.wire.wire import Wire


def open_wire(endpoint: Endpoint, watch: Watch) -> Wire:
    """A connection to the endpoint, encrypted already when its security is implicit."""
    check_port(endpoint)
    addresses = permitted(endpoint, _resolve(endpoint))
    watch(StepName.RESOLVE, addresses[0][1])
    connected, address = _connect(endpoint, addresses)
    wire = Wire(endpoint, connected)
    watch(StepName.CONNECT, f"{address} {endpoint.port}")
    if endpoint.security is Security.IMPLICIT:
        try:
            watch(StepName.TLS, wire.encrypt())
        except BaseException:
            wire.close()
            raise
    return wire


def judged_address(endpoint: Endpoint) -> str:
    """An address of that name that may be connected to, for a library that connects by itself."""
    return permitted(endpoint, _resolve(endpoint))[0][1]


def _resolve(endpoint: Endpoint) -> list[Address]:
    try:
        found = socket.getaddrinfo(endpoint.host, endpoint.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, OverflowError, ValueError) as error:
        raise HostNotFound(host=endpoint.host) from error
    addresses: list[Address] = [
        (family, str(address[0]), endpoint.port)
        for family, _, _, _, address in found
        if family in {socket.AF_INET, socket.AF_INET6}
    ]
    if not addresses:
        raise HostNotFound(host=endpoint.host)
    return addresses


def _connect(endpoint: Endpoint, addresses: list[Address]) -> tuple[socket.socket, str]:
    seconds = endpoint.limits.connect_seconds
    ends = time.monotonic() + seconds
    refusal: OSError = TimeoutError()
    for family, address, port in addresses:
        left = ends - time.monotonic()
        if left <= 0:
            break
        tried = socket.socket(family, socket.SOCK_STREAM)
        try:
            tried.settimeout(left)
            tried.connect((address, port))
        except OSError as error:
            tried.close()
            refusal = error
            continue
        except BaseException:
            tried.close()
            raise
        tried.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return tried, address
    if isinstance(refusal, TimeoutError):
        raise ConnectionTimedOut(
            host=endpoint.host, port=endpoint.port, seconds=seconds
        ) from refusal
    answer = refusal.strerror or type(refusal).__name__
    raise ConnectionRefused(host=endpoint.host, port=endpoint.port, answer=answer) from refusal
