"""When failed work is tried again. Pure: chance is an argument.

Gaps grow from one minute to at most fifteen, each spread by a quarter so that the mailboxes of
one server do not all come back in the same second.
"""

from passerelle.faults import Retry

FIRST_GAP_SECONDS = 60.0
LARGEST_GAP_SECONDS = 720.0  # before the spread, which makes it fifteen minutes
SPREAD = 0.25
LAST_DOUBLING = 16  # beyond it the largest gap is long reached, and 2**n stays small


def gap(retry: Retry, attempts: int, jitter: float) -> float | None:
    """Seconds until the next try after `attempts` failed ones; None: not before it is asked for.

    `jitter` is a number from 0 up to 1.
    """
    if retry is not Retry.SOON:
        return None
    doublings = min(max(attempts, 1) - 1, LAST_DOUBLING)
    base = min(FIRST_GAP_SECONDS * 2.0**doublings, LARGEST_GAP_SECONDS)
    return base * (1 + SPREAD * jitter)
