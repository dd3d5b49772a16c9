"""Time-ordered GUIDs (RFC 9562, version 7): keys of the records that Passerelle creates itself.

An imported record keeps the GUID that it had; ours sort by time, so that rows of one batch lie
side by side in every index.
"""

import os
import time
import uuid
from datetime import datetime


def new_guid() -> uuid.UUID:
    """A new key; its first 48 bits are milliseconds since 1970."""
    milliseconds = time.time_ns() // 1_000_000
    noise = int.from_bytes(os.urandom(10))  # of which 74 bits are used
    return uuid.UUID(
        int=(milliseconds & (2**48 - 1)) << 80
        | 0x7 << 76
        | (noise >> 62 & 0xFFF) << 64
        | 0b10 << 62
        | noise & (2**62 - 1)
    )


def first_guid_of(moment: datetime) -> uuid.UUID:
    """The smallest key that `new_guid` can make at that moment: rows since then seek from it."""
    milliseconds = int(moment.timestamp() * 1000)
    return uuid.UUID(int=(milliseconds & (2**48 - 1)) << 80 | 0x7 << 76 | 0b10 << 62)


def guid_of(text: str) -> uuid.UUID | None:
    """The GUID that somebody wrote; None for what is none, such as a name."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
