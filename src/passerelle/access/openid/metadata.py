"""What a provider says of itself (OpenID Connect Discovery 1.0, 4)."""

from dataclasses import dataclass
from typing import Any

from passerelle.access.openid.fetching import fetch, host_of, is_safe_address
from passerelle.faults.access import ProviderNotUnderstood

WELL_KNOWN = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Metadata:
    """The addresses of one provider."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str  # "" where it has none
    takes_basic: bool  # the client's secret in the header, else in the form


def discover(issuer: str) -> Metadata:
    """Ask the provider. Raises `ProviderAway` or `ProviderNotUnderstood`."""
    found = fetch(issuer.rstrip("/") + WELL_KNOWN)
    host = host_of(issuer)
    if found.get("issuer") != issuer:  # 4.3: exactly the same, or somebody poses as another
        raise ProviderNotUnderstood(host=host, answer="issuer")
    methods = found.get("token_endpoint_auth_methods_supported")
    return Metadata(
        issuer=issuer,
        authorization_endpoint=_address(found, "authorization_endpoint", host),
        token_endpoint=_address(found, "token_endpoint", host),
        jwks_uri=_address(found, "jwks_uri", host),
        end_session_endpoint=_optional(found, "end_session_endpoint"),
        takes_basic=not isinstance(methods, list) or "client_secret_basic" in methods,
    )


def _address(found: dict[str, Any], name: str, host: str) -> str:
    address = found.get(name)
    if not isinstance(address, str) or not is_safe_address(address):
        raise ProviderNotUnderstood(host=host, answer=name)
    return address


def _optional(found: dict[str, Any], name: str) -> str:
    address = found.get(name)
    return address if isinstance(address, str) and is_safe_address(address) else ""
