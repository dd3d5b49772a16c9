"""A worker process of `passerelle run`: due work on threads, held alerts at each heartbeat."""

import signal

from passerelle.alerts.services import flush_held
from passerelle.configuration import Config
from passerelle.engine.services import Executor


def work(config: Config) -> int:
    """Run due work until SIGTERM. One that had to leave a thread behind says so by its status."""
    executor = Executor(config.threads, on_beat=flush_held)
    signal.signal(signal.SIGTERM, lambda *_: executor.stop())
    return 0 if executor.run() else 1
