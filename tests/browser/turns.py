"""The pages are served one at a time, and rest while a test reads or writes the store.

In memory SQLite lets nobody wait: who meets a table in which another thread is writing is told that
it is locked. In life it is a file, on which they wait for each other.
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from pytest_django.live_server_helper import LiveServer


class Turns:
    """An application that answers one request after another."""

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application
        self._lock = threading.RLock()
        self._ended = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with self._lock:
            if self._ended:
                start_response("503 Service Unavailable", [])
                return []
            answer = self.application(environ, start_response)
            try:
                return [b"".join(answer)]
            finally:
                if close := getattr(answer, "close", None):
                    close()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """No request is answered meanwhile; nothing of the browser may be awaited in it."""
        with self._lock:
            yield

    def end(self) -> None:
        """A request that the browser left behind does not meet tables that are being emptied."""
        with self._lock:
            self._ended = True


@contextmanager
def turns_of(live_server: LiveServer) -> Iterator[Turns]:
    """The server answers so from now on; after the block it answers nothing."""
    server = live_server.thread.httpd
    application = server.get_app()
    assert application is not None, "it has been started"
    turns = Turns(application.application if isinstance(application, Turns) else application)
    server.set_app(turns)
    try:
        yield turns
    finally:
        turns.end()
