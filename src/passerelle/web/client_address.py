"""From where a request comes, and by what: a trusted proxy says it, else the connection does.

X-Forwarded-For can be written by anybody. It is read from its end, where the nearest proxy wrote,
and only as far as each address is that of a proxy which the setting `trusted_proxies` names. That
a visitor came by TLS (X-Forwarded-Proto) is believed of such a proxy alone, too.
"""

import functools
import ipaddress
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from passerelle.configuration import networks_in

MOST_HOPS = 20
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def client_address(request: HttpRequest, credentials: Any = None) -> str:
    """The address as text; empty when the server knows none (a socket of the file system)."""
    del credentials  # the throttle calls with them
    nearest = request.META.get("REMOTE_ADDR", "")
    return address_behind(
        nearest,
        request.META.get("HTTP_X_FORWARDED_FOR", ""),
        settings.PASSERELLE.trusted_proxies,
    )


def address_behind(nearest: str, forwarded: str, trusted: str) -> str:
    """The first address from the end that is no trusted proxy."""
    hops = [nearest, *reversed(forwarded.split(",")[-MOST_HOPS:])]
    found = ""
    for hop in hops:
        address = _address(hop.strip())
        if address is None:
            break
        found = str(address)
        if not _is_trusted(address, trusted):
            break
    return found


def comes_from_proxy(request: HttpRequest) -> bool:
    """Whether a trusted proxy opened the connection, so that its headers may be believed."""
    nearest = _address(request.META.get("REMOTE_ADDR", ""))
    return nearest is not None and _is_trusted(nearest, settings.PASSERELLE.trusted_proxies)


def _address(text: str) -> Address | None:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = getattr(found, "ipv4_mapped", None)
    return mapped or found


def _is_trusted(address: Address, trusted: str) -> bool:
    return any(address in network for network in _networks(trusted))


@functools.lru_cache(maxsize=4)
def _networks(trusted: str) -> tuple[Any, ...]:
    return networks_in(trusted)
