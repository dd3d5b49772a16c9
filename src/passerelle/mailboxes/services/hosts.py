"""Whether a text can name a server. Asks no name service (RFC 1123, 2.1)."""

import ipaddress
import re

# An underscore is no host name, but is met inside companies.
_HOST = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9_-]{1,63}(?<!-))*\.?")
HOST_CHARS = 253


def is_host(text: str) -> bool:
    """Whether a text can be the name or the address of a server."""
    if len(text) > HOST_CHARS:
        return False
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return bool(_HOST.fullmatch(_ascii_form(text)))
    return True


def _ascii_form(text: str) -> str:
    try:
        return text.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
