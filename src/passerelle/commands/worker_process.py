"""A worker process of `passerelle run`: due work on threads, and what each heartbeat tells of."""

import gc
import signal

from passerelle.alerts.services import store_answered, store_failed
from passerelle.configuration import Config
from passerelle.engine.services import Executor
from passerelle.mailboxes.services import host_limits

# A batch of messages is some hundred thousand objects without a cycle: at Python's own threshold
# of 700 the collector would look through them again and again, and find nothing.
COLLECT_AFTER = 50_000


def work(config: Config) -> int:
    """Run due work until SIGTERM. One that had to leave a thread behind says so by its status."""
    gc.set_threshold(COLLECT_AFTER)
    executor = Executor(
        config.threads, limits=host_limits, on_beat=store_answered, on_missed=store_failed
    )
    signal.signal(signal.SIGTERM, lambda *_: executor.stop())
    return 0 if executor.run() else 1
