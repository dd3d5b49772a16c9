"""Brings the line ends of a message to CRLF, as RFC 5322, 2.1 has them; changes nothing else."""

import re

_BARE_LF = re.compile(rb"(?<!\r)\n")


def with_crlf(data: bytes) -> bytes:
    """The same bytes with every bare LF made CRLF; a lone CR is content and stays."""
    # pymap 0.36 serves Maildir files as they lie on disk; see the contract test of line ends.
    ends = data.count(b"\n")
    if ends == data.count(b"\r\n"):
        return data
    if b"\r" not in data:
        return data.replace(b"\n", b"\r\n")
    return _BARE_LF.sub(b"\r\n", data)
