"""Which messages have a copy in another folder: for who was cut off before COPY was answered.

A copy has the size and the Message-ID of its message; without a Message-ID its very bytes count.
Its flags and INTERNALDATE only should be the same (RFC 9051, 6.4.7).
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from passerelle.protocols.imap.connecting.session import Session
from passerelle.protocols.imap.fetch import Fetching
from passerelle.protocols.imap.finding import message_ids
from passerelle.protocols.imap.folder import Folder
from passerelle.protocols.imap.listing import list_above
from passerelle.protocols.interfaces import FolderEnd, Listed

LOOKED_AT = 10_000  # messages of the right size in the other folder; the newest ones
_AT_ONCE = 100

Identity = tuple[int, str, bytes]


def identified(
    session: Session, folder: Folder, items: Sequence[Listed]
) -> Iterator[tuple[int, Identity]]:
    """The messages of the open folder, each with what its copies have in common with it."""
    waiting = iter(items)
    while some := list(islice(waiting, _AT_ONCE)):
        ids = message_ids(session, [item.uid for item in some])
        nameless = [item for item in some if not ids.get(item.uid)]
        for item in some:
            if ids.get(item.uid):
                yield item.uid, (item.size, ids[item.uid], b"")
        for raw in Fetching(session, folder).read(nameless):
            digest = hashlib.sha256(raw.data).digest()
            yield raw.listed.uid, (raw.listed.size, "", digest)


def counted(
    session: Session, folder: Folder, end: FolderEnd, sizes: frozenset[int]
) -> Counter[Identity]:
    """What came into the open folder after that end of it, of these sizes only.

    Where it was rebuilt since, its end means nothing, and all that lies there is looked at.
    """
    last_uid = end.uid_next - 1 if folder.uid_validity == end.uid_validity else 0
    items = list_above(session, folder, max(last_uid, 0), None)
    alike = [item for item in items if item.size in sizes][-LOOKED_AT:]
    return Counter(identity for _, identity in identified(session, folder, alike))
