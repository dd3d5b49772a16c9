"""UID SEARCH HEADER Message-ID, confirmed by reading the header (RFC 9051, 6.4.4).

SEARCH matches parts of a value, and some servers match more than that: only equality counts.
"""

import email.parser
import email.policy
import re
from collections.abc import Sequence

from passerelle.protocols.imap.connecting.session import Session
from passerelle.protocols.imap.syntax import parser
from passerelle.protocols.imap.syntax.responses import Data, Status
from passerelle.protocols.imap.syntax.sets import sequence_sets
from passerelle.protocols.imap.syntax.strings import string

_USUAL = re.compile(r"[!-~]{1,900}\Z")
_CANDIDATES = 100  # of one Message-ID; the newest are looked at


def uids_of(session: Session, message_id: str) -> list[int]:
    """The UIDs of the messages with exactly that Message-ID, angle brackets or not."""
    wanted = message_id.strip().strip("<>")
    if not _USUAL.match(wanted):
        return []  # we write no such Message-ID, and SEARCH would need a character set
    candidates: list[int] = []

    def take(found: Data | Status) -> None:
        if isinstance(found, Data) and found.name == b"SEARCH":
            try:
                candidates.extend(parser.numbers(found))
            except ValueError as error:
                raise session.wire.not_understood(found.parts[0]) from error

    session.succeed("UID SEARCH", b"UID SEARCH HEADER Message-ID ", string(wanted), take=take)
    return _confirmed(session, sorted(candidates)[-_CANDIDATES:], wanted)


def _confirmed(session: Session, candidates: list[int], wanted: str) -> list[int]:
    return [uid for uid, found in message_ids(session, candidates).items() if found == wanted]


def message_ids(session: Session, uids: Sequence[int]) -> dict[int, str]:
    """The Message-ID of each message that is there, without brackets; "" for one without."""
    found: dict[int, str] = {}

    def take(answer: Data | Status) -> None:
        if not isinstance(answer, Data) or answer.name != b"FETCH":
            return
        try:
            item = parser.fetched(answer)
        except ValueError as error:
            raise session.wire.not_understood(answer.parts[0]) from error
        if item.uid in uids and item.has_body:
            found[item.uid] = _message_id(item.body or b"")

    asked = b" (BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"
    for numbers in sequence_sets(uids):
        session.succeed("UID FETCH", b"UID FETCH ", numbers, asked, take=take)
    return found


def _message_id(header: bytes) -> str:
    headers = email.parser.BytesHeaderParser(policy=email.policy.compat32).parsebytes(header)
    return str(headers.get("Message-ID", "")).strip().strip("<>")
