"""One bounded question to the provider: time, size and address are limited, redirects refused.

The answer is a JSON object or a fault. Plain HTTP is for a provider on this very machine alone.
"""

import json
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from passerelle.engine.services import assert_no_transaction
from passerelle.faults.access import ProviderAway, ProviderNotUnderstood

ANSWER_BYTES = 512 * 1024  # a large company's keys are a tenth of it
CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 10.0
WHOLE_SECONDS = 15.0  # a time-out per read does not stop a server that drips
OWN_MACHINE = {"localhost", "127.0.0.1", "::1"}


def host_of(address: str) -> str:
    """What faults call the provider."""
    try:
        return urlsplit(address).hostname or "?"
    except ValueError:
        return "?"


def is_safe_address(address: str) -> bool:
    """Whether an address is HTTPS, without credentials in it, or on this machine."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc or not address.isprintable():
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in OWN_MACHINE)


def fetch(
    address: str,
    *,
    form: Mapping[str, str] | None = None,
    auth: tuple[str, str] | None = None,
    whole_seconds: float = WHOLE_SECONDS,
) -> dict[str, Any]:
    """GET, or POST a form. Raises `ProviderAway` or `ProviderNotUnderstood`."""
    host = host_of(address)
    if not is_safe_address(address):
        raise ProviderNotUnderstood(host=host, answer="not an https address")
    assert_no_transaction()
    times = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
    try:
        with (
            httpx.Client(timeout=times, follow_redirects=False, trust_env=False) as client,
            _Deadline(whole_seconds) as deadline,
            client.stream(
                "GET" if form is None else "POST",
                address,
                data=form,
                auth=auth,
                headers={"Accept": "application/json", "Accept-Encoding": "identity"},
                extensions={"trace": deadline.trace},
            ) as response,
        ):
            body = _bounded(response, host)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ProviderAway(host=host, answer=type(error).__name__) from error
    if deadline.is_over:
        raise ProviderAway(host=host, answer="too slow")
    found = _object(body, host)
    if response.status_code != httpx.codes.OK:
        # RFC 6749, 5.2: an error says which; nothing else of the body is shown.
        said = str(found.get("error", ""))[:100]
        raise ProviderNotUnderstood(host=host, answer=f"{response.status_code} {said}".strip())
    return found


class _Deadline:
    """Cuts the connection when the whole exchange takes too long.

    The library's time-outs are a read's: a server that drips, even its header, never meets them.
    """

    def __init__(self, seconds: float) -> None:
        self.is_over = False
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._timer.cancel()

    def trace(self, event: str, told: dict[str, Any]) -> None:
        """Hear of each connection (an extension of the library)."""
        if event in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            self._sockets.append(told["return_value"].get_extra_info("socket"))

    def _cut(self) -> None:
        self.is_over = True
        for one in self._sockets:
            with suppress(OSError):  # wrapped by TLS, or closed already
                one.shutdown(socket.SHUT_RDWR)


def _bounded(response: httpx.Response, host: str) -> bytes:
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise ProviderNotUnderstood(host=host, answer="Content-Encoding")  # might unfold for ever
    body = bytearray()
    for piece in response.iter_raw():
        body += piece
        if len(body) > ANSWER_BYTES:
            raise ProviderNotUnderstood(host=host, answer="too large")
    return bytes(body)


def _object(body: bytes, host: str) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ProviderNotUnderstood(host=host, answer="not JSON") from error
    if not isinstance(found, dict):
        raise ProviderNotUnderstood(host=host, answer="not a JSON object")
    return found
