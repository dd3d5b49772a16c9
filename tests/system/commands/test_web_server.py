"""The real web server believes no header by itself; whom to believe is decided by the pages."""

import multiprocessing
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx

from passerelle.commands.serving.web_server import listen, serve
from passerelle.configuration import Config

FORGED = {
    "X-Forwarded-Proto": "https", "X-Forwarded-Ssl": "on", "X-Forwarded-Protocol": "ssl",
    "Script-Name": "/elsewhere",
}  # fmt: skip


def _tell(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{environ['wsgi.url_scheme']} {environ['SCRIPT_NAME']}|".encode()]


def test_the_loopback_is_not_believed_unasked(tmp_path: Path) -> None:
    config = Config(home=tmp_path, listen="127.0.0.1:0")
    with closing(listen(config)) as listener:
        forking = multiprocessing.get_context("fork")
        server = forking.Process(target=serve, args=(_tell, listener, config))
        server.start()
        try:
            address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
            answer = httpx.get(address, headers=FORGED, timeout=120)
        finally:
            server.terminate()
            server.join(120)
    assert answer.text == "http |"
