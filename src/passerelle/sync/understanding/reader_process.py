"""The process that reads messages for a recorder: bytes come in, what they say goes out.

It knows neither the store nor a server nor a secret: what a hostile message may break here is
this process, and the recorder then reads by itself. It ends when its input does, also when the
recorder was killed.
"""

import gc
import os
import pickle
import signal
from collections.abc import Sequence

from passerelle.messages import parse
from passerelle.sync.understanding.content import Understood, read
from passerelle.sync.understanding.passing import pass_on

# Some hundred messages are some ten thousand objects without a cycle: at Python's own threshold of
# 700 the collector would look through them again and again, and find nothing.
COLLECT_AFTER = 50_000


def read_or_leave(data: bytes) -> Understood | None:
    """What a message says; None when it cannot be read, which the recorder finds out and tells."""
    content = read(data, parse)
    return content if isinstance(content, Understood) else None


def main() -> None:
    """Answer each list of messages by the list of what they say, in the same order."""
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # at a terminal it is the recorder's to end this
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever is printed is no answer
    while True:
        try:
            messages: Sequence[bytes] = pickle.load(requests)  # noqa: S301 - the recorder's own
            pass_on([read_or_leave(data) for data in messages], answers)
        except (EOFError, BrokenPipeError):
            os._exit(0)  # nothing to clean up; a broken answer would be flushed once more


if __name__ == "__main__":
    main()
