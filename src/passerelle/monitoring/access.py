"""Who may read the figures: a bearer token, or an address that asks without a proxy. Pure."""

import hmac
import ipaddress
from collections.abc import Mapping

PROXY_HEADERS = ("X-Forwarded-For", "Forwarded", "X-Real-IP")
SCHEME = "Bearer "


def may_read_metrics(*, token: str, allowed: str, address: str, headers: Mapping[str, str]) -> bool:
    """Whether this request may. Without a token and an address in the settings nobody may.

    Behind a reverse proxy every request comes from the proxy's address, so that an address
    counts only when no proxy says that it asks for somebody else.
    """
    given = headers.get("Authorization", "")
    if token and given.startswith(SCHEME):
        return hmac.compare_digest(given[len(SCHEME) :].encode(), token.encode())
    if any(headers.get(name) for name in PROXY_HEADERS):
        return False
    return _is_among(address, allowed)


def _is_among(address: str, allowed: str) -> bool:
    try:
        asked = ipaddress.ip_address(address)
    except ValueError:  # asked through a socket file, which has no address
        return False
    networks = (ipaddress.ip_network(one.strip(), strict=False) for one in allowed.split(",") if
                one.strip())  # fmt: skip
    return any(asked in network for network in networks)
