"""The web server: gunicorn as a library, one process with threads.

The supervisor opens the listening socket, so that an address in use is a sentence at the start,
and nobody is refused while the web server is restarted.
"""

import os
import socket
from typing import Any

from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse
from django.utils.translation import override
from gunicorn.app.base import BaseApplication

from passerelle.configuration import Config
from passerelle.faults.settings import AddressUnusable

THREADS = 8
BACKLOG = 256
STOP_SECONDS = 6  # for the answers that are on their way
SHOWN_FIRST = ("web/base.html", "web/home.html", "web/emails/_rows.html")


def listen(config: Config) -> socket.socket:
    """Open the address of the settings. Raises `AddressUnusable`."""
    host, _, port = config.listen.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, int(port)))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise AddressUnusable(address=config.listen, reason=reason) from error
    return listener


def address_of(listener: socket.socket, config: Config) -> str:
    """Where people find the pages; the port is the real one when the system chose it."""
    if config.public_url:
        return config.public_url.rstrip("/")
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}"


class _WebServer(BaseApplication):  # type: ignore[misc] # gunicorn is untyped
    """Gunicorn with our settings instead of its command line and files."""

    def __init__(self, application: Any, settings: dict[str, Any]) -> None:
        self._application = application
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self._application


def serve(application: Any, listener: socket.socket, config: Config) -> int:
    """Answer requests until SIGTERM. Runs in a process of its own."""
    server_settings = {
        "bind": f"fd://{listener.fileno()}",
        "workers": 1,
        "worker_class": "gthread",
        "threads": THREADS,
        "preload_app": True,
        "graceful_timeout": STOP_SECONDS,
        "timeout": 120,
        "worker_tmp_dir": str(config.home),
        "control_socket_disable": True,
        "forwarded_allow_ips": "",  # ours is the only list of proxies; gunicorn's is the loopback
        "loglevel": config.log_level if config.log_level != "info" else "warning",
        "proc_name": "passerelle",
    }
    load_what_pages_need()
    _WebServer(application, server_settings).run()
    return 0


def load_what_pages_need() -> None:
    """Import the pages, and compile their addresses and what all of them show.

    Django does so for the first request, which would wait half a second more for it. Here and not
    before the processes part, as workers need none of it.
    """
    reverse("web:home")
    for name in SHOWN_FIRST:
        get_template(name)
    for language, _ in settings.LANGUAGES:
        with override(language):  # reads its texts
            pass
