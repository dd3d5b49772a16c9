"""UID STORE +FLAGS: adds flags and keywords, never takes one away (RFC 9051, 6.4.6)."""

import re
from collections.abc import Iterable

from passerelle.protocols.imap.connecting.session import Session
from passerelle.protocols.imap.syntax.sets import sequence_sets

DELETED = "\\Deleted"

_FLAG = re.compile(r"\\?[A-Za-z0-9$_.\-]{1,100}\Z")


def add_flag(session: Session, uids: Iterable[int], flag: str) -> None:
    """Set that flag; messages that are gone are passed over by the server."""
    if not _FLAG.match(flag):
        raise ValueError("not a flag or keyword")
    for numbers in sequence_sets(uids):
        command = (b"UID STORE ", numbers, b" +FLAGS.SILENT (", flag.encode(), b")")
        session.succeed("UID STORE", *command)
