"""The two halves of a sign-in at the provider: sent there, and come back with a code.

Authorization code with PKCE (RFC 7636, S256), state and nonce. What the second half compares
stands in the browser's session, is good for some minutes, and is used once.
"""

import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge

from passerelle.access.models import OpenIdProvider
from passerelle.access.openid.fetching import fetch, host_of
from passerelle.access.openid.metadata import Metadata, discover
from passerelle.access.openid.tokens import claims_of
from passerelle.faults.access import (
    ProviderNotUnderstood,
    ProviderRefused,
    SignInNotBegun,
)
from passerelle.mailboxes.services import reveal

PATIENCE_SECONDS = 600
TOKEN_BYTES = 32
VERIFIER_BYTES = 48  # 64 characters; RFC 7636 allows 43 to 128
CODE_CHARS = 4_000


@dataclass(frozen=True, slots=True)
class Begun:
    """What this browser was sent with."""

    state: str
    nonce: str
    verifier: str
    at: float
    to: str
    link: str = ""  # the key of the invitation that was followed

    def stored(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Proven:
    """Who came back, and where one signs out."""

    claims: dict[str, Any]
    end_session: str


def begin(
    provider: OpenIdProvider, redirect_uri: str, *, to: str = "", link: str = ""
) -> tuple[str, Begun]:
    """Where to send the browser, and what to remember. Raises an `AccessFault`."""
    metadata = discover(provider.issuer)
    begun = Begun(
        state=secrets.token_urlsafe(TOKEN_BYTES),
        nonce=secrets.token_urlsafe(TOKEN_BYTES),
        verifier=secrets.token_urlsafe(VERIFIER_BYTES),
        at=time.time(),
        to=to,
        link=link,
    )
    query = urlencode(
        {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": redirect_uri,
            "scope": provider.scopes,
            "state": begun.state,
            "nonce": begun.nonce,
            "code_challenge": create_s256_code_challenge(begun.verifier),
            "code_challenge_method": "S256",
        }
    )
    address = metadata.authorization_endpoint
    return f"{address}{'&' if urlsplit(address).query else '?'}{query}", begun


def finish(
    provider: OpenIdProvider,
    stored: Mapping[str, Any] | None,
    answer: Mapping[str, str],
    redirect_uri: str,
) -> tuple[Proven, Begun]:
    """Who came back with this answer. Raises an `AccessFault`."""
    begun = _begun(stored, answer)
    host = host_of(provider.issuer)
    if "error" in answer:
        raise ProviderRefused(host=host, answer=_said(answer["error"]))
    if answer.get("iss", provider.issuer) != provider.issuer:  # RFC 9207: mixed up with another
        raise ProviderNotUnderstood(host=host, answer="iss")
    code = answer.get("code", "")
    if not code or len(code) > CODE_CHARS:
        raise ProviderNotUnderstood(host=host, answer="code")
    metadata = discover(provider.issuer)
    tokens = _exchanged(provider, metadata, code, begun, redirect_uri)
    claims = claims_of(
        tokens.get("id_token"),
        fetch(metadata.jwks_uri),
        issuer=provider.issuer,
        client_id=provider.client_id,
        nonce=begun.nonce,
        now=int(time.time()),
    )
    return Proven(claims, metadata.end_session_endpoint), begun


def sign_out_address(end_session: str, client_id: str, back: str) -> str:
    """Where the provider's own session ends (OpenID Connect RP-Initiated Logout 1.0, 2)."""
    query = urlencode({"client_id": client_id, "post_logout_redirect_uri": back})
    return f"{end_session}{'&' if urlsplit(end_session).query else '?'}{query}"


def _begun(stored: Mapping[str, Any] | None, answer: Mapping[str, str]) -> Begun:
    if not stored:
        raise SignInNotBegun
    begun = Begun(**stored)
    same = secrets.compare_digest(begun.state.encode(), answer.get("state", "").encode())
    if not same or time.time() - begun.at > PATIENCE_SECONDS:
        raise SignInNotBegun
    return begun


def _exchanged(
    provider: OpenIdProvider, metadata: Metadata, code: str, begun: Begun, redirect_uri: str
) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": begun.verifier,
        "client_id": provider.client_id,
    }
    secret = reveal(provider.credential, owner="OpenID") if provider.credential else None
    if secret is None:
        return fetch(metadata.token_endpoint, form=form)
    if metadata.takes_basic:
        auth = (provider.client_id, secret.reveal())
        return fetch(metadata.token_endpoint, form=form, auth=auth)
    return fetch(metadata.token_endpoint, form={**form, "client_secret": secret.reveal()})


def _said(error: str) -> str:
    """A code of the provider (RFC 6749, 4.1.2.1); never its text, which anybody may write."""
    known = "".join(character for character in error if character.isalnum() or character == "_")
    return known[:60] or "?"
