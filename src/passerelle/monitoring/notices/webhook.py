"""One POST to a webhook: signed, bounded, to an address that was judged, no redirect followed.

The body is signed with HMAC-SHA256 over the secret, as `X-Passerelle-Signature: sha256=…`; the
notice's id comes as `Idempotency-Key`, so that a second try is told from a second notice.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from passerelle.engine.services import assert_no_transaction
from passerelle.faults import Secret
from passerelle.faults.notices import WebhookAddressWrong, WebhookAway, WebhookRefused
from passerelle.protocols.interfaces import Endpoint, Security
from passerelle.protocols.wire import judged_address

SECONDS = 10.0
DEFAULT_PORTS = {"http": 80, "https": 443}


def check_address(url: str) -> tuple[str, str, int]:
    """Scheme, host and port. Raises `WebhookAddressWrong`."""
    try:
        parts = urlsplit(url)
        port = parts.port or DEFAULT_PORTS[parts.scheme]
    except (ValueError, KeyError) as error:
        raise WebhookAddressWrong(address=url) from error
    if not parts.hostname or parts.username or not url.isprintable() or " " in url:
        raise WebhookAddressWrong(address=url)
    return parts.scheme, parts.hostname, port


def post(url: str, key: str, values: Mapping[str, Any], secret: Secret | None) -> None:
    """Tell it. Raises a `NoticeFault` or a `ProtocolFault`."""
    assert_no_transaction()
    scheme, host, port = check_address(url)
    address = judged_address(_endpoint(host, port))
    body = json.dumps(values, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "Host": host if port == DEFAULT_PORTS[scheme] else f"{host}:{port}",
        "Idempotency-Key": key,
        "User-Agent": "Passerelle",
    }
    if secret is not None:
        digest = hmac.new(secret.reveal().encode(), body, hashlib.sha256).hexdigest()
        headers["X-Passerelle-Signature"] = f"sha256={digest}"
    try:
        status = _answered(httpx.URL(url).copy_with(host=address, port=port), host, headers, body)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise WebhookAway(host=host, answer=type(error).__name__) from error
    if not httpx.codes.is_success(status):
        raise WebhookRefused(host=host, status=status)


def _answered(target: httpx.URL, host: str, headers: Mapping[str, str], body: bytes) -> int:
    """The status; the body of the answer is nothing to us and is not read."""
    with (
        httpx.Client(trust_env=False, follow_redirects=False, timeout=SECONDS) as client,
        client.stream(
            "POST",
            target,
            content=body,
            headers=dict(headers),
            extensions={"sni_hostname": host},  # whose certificate is asked for and checked
        ) as answer,
    ):
        return answer.status_code


def _endpoint(host: str, port: int) -> Endpoint:
    return Endpoint(host, port, Security.NONE, loopback=settings.PASSERELLE.allow_loopback_servers)
