"""Questions to a provider that lies, drips, floods or sends elsewhere."""

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from passerelle.access.openid.fetching import ANSWER_BYTES, fetch, is_safe_address
from passerelle.access.openid.metadata import discover
from passerelle.faults.access import ProviderAway, ProviderNotUnderstood

ELSEWHERE = {"Location": "http://127.0.0.1:1/"}
Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def provider(answer: Answer) -> Iterator[str]:
    """A server that answers everything in one way."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with suppress(BrokenPipeError, ConnectionResetError):
                answer(self)

        def log_message(self, *args: object) -> None:
            del args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def says(body: bytes, status: int = 200, *, headers: dict[str, str] | None = None) -> Answer:
    def answer(to: BaseHTTPRequestHandler) -> None:
        to.send_response(status)
        for name, value in (headers or {}).items():
            to.send_header(name, value)
        to.send_header("Content-Length", str(len(body)))
        to.end_headers()
        to.wfile.write(body)

    return answer


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        pytest.param(says(b"<html>"), "not JSON", id="a-page-instead-of-json"),
        pytest.param(says(b"[1]"), "not a JSON object", id="a-list"),
        pytest.param(says(b"[" * 100_000), "not JSON", id="nested-without-end"),
        pytest.param(says(b"\xff\xfe\x00"), "not JSON", id="bytes-of-no-text"),
        pytest.param(says(b" " * (ANSWER_BYTES + 1)), "too large", id="a-flood"),
        pytest.param(
            says(b"{}", 302, headers={"Location": "http://127.0.0.1:1/"}),
            "302",
            id="sent-elsewhere",
        ),
        pytest.param(
            says(b'{"error": "invalid_client", "error_description": "<b>"}', 401),
            "401 invalid_client",
            id="refused",
        ),
    ],
)
def test_what_is_not_an_answer(answer: Answer, why: str) -> None:
    with provider(answer) as address, pytest.raises(ProviderNotUnderstood) as fault:
        fetch(address)
    assert fault.value.facts["answer"] == why


def test_a_compressed_answer_is_refused_unread() -> None:
    answer = says(gzip.compress(b" " * (ANSWER_BYTES * 20)), headers={"Content-Encoding": "gzip"})
    with provider(answer) as address, pytest.raises(ProviderNotUnderstood) as fault:
        fetch(address)
    assert fault.value.facts["answer"] == "Content-Encoding"


@pytest.mark.parametrize("where", ["header", "body"])
def test_a_provider_that_drips_is_left(where: str) -> None:
    stop = threading.Event()

    def drips(to: BaseHTTPRequestHandler) -> None:
        if where == "body":
            to.send_response(200)
            to.end_headers()
        while not stop.wait(0.02):
            to.wfile.write(b"x")
            to.wfile.flush()

    with provider(drips) as address:
        try:
            with pytest.raises(ProviderAway):
                fetch(address, whole_seconds=0.2)
        finally:
            stop.set()


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://login.example.com/realm", True),
        ("http://localhost:8080", True),
        ("http://127.0.0.1", True),
        ("http://login.example.com", False),
        ("http://169.254.169.254/latest", False),
        ("file:///etc/passwd", False),
        ("https://user@login.example.com", False),
        ("https://", False),
        ("https://[::1", False),
        ("https://a:99999", False),
        ("https://a\r\nHost: b", False),
        ("", False),
    ],
)
def test_addresses(address: str, *, safe: bool) -> None:
    assert is_safe_address(address) is safe
    if not safe:
        with pytest.raises(ProviderNotUnderstood):
            fetch(address)


def metadata(address: str, **changed: object) -> bytes:
    found: dict[str, object] = {
        "issuer": address,
        "authorization_endpoint": f"{address}/authorize",
        "token_endpoint": f"{address}/token",
        "jwks_uri": f"{address}/jwks",
    }
    return json.dumps({**found, **changed}).encode()


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        pytest.param({"issuer": "https://evil.example.com"}, "issuer", id="poses-as-another"),
        pytest.param({"token_endpoint": "http://evil.example.com"}, "token_endpoint", id="plain"),
        pytest.param({"jwks_uri": "file:///etc/passwd"}, "jwks_uri", id="a-file"),
        pytest.param({"authorization_endpoint": 7}, "authorization_endpoint", id="a-number"),
        pytest.param(
            {"authorization_endpoint": "javascript:alert(1)"},
            "authorization_endpoint",
            id="a-script",
        ),
    ],
)
def test_metadata_that_cannot_be_used(changed: dict[str, object], why: str) -> None:
    told: list[bytes] = []

    def answer(to: BaseHTTPRequestHandler) -> None:
        says(told[0])(to)

    with provider(answer) as address:
        told.append(metadata(address, **changed))
        with pytest.raises(ProviderNotUnderstood) as fault:
            discover(address)
    assert fault.value.facts["answer"] == why
