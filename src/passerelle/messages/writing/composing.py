"""A draft to bytes that every server takes (RFC 5322, 2045, 2047, 2231). Sends nothing.

Lines have at most 998 octets, and all of it is ASCII, so neither 8BITMIME nor SMTPUTF8 is asked of
anybody; but for an address whose local part is not, which stands as it is (RFC 6532). No field can
begin another one: a line break in a header is refused. There is no Bcc.
"""

import re
from base64 import b64encode
from collections.abc import Iterator
from email.utils import format_datetime

from passerelle.faults.mail.messages import DraftRefused
from passerelle.messages.parsing import TEST_HEADER
from passerelle.messages.values import Automatic, Draft, Priority
from passerelle.messages.writing.bodies import body_of
from passerelle.messages.writing.fields import domain, folded, mailbox, one_line, phrase

REFERENCES = 20  # ids that are written: the first, which names the thread, and the newest

_ID = re.compile(r"<[!-;=?-~]{1,900}>")
_ID_TOKEN = re.compile(r"[A-Za-z0-9._-]{8,100}")
_SUBMITTED = {
    Automatic.AUTO_REPLIED: "auto-replied",
    Automatic.AUTO_GENERATED: "auto-generated",
}
# RFC 2156, 5.3.4 for Importance; X-Priority is what older programs read.
_PRIORITIES = {Priority.HIGH: ("high", "1 (Highest)"), Priority.LOW: ("low", "5 (Lowest)")}


def compose(draft: Draft) -> bytes:
    """The whole message, lines ended by CRLF; `DraftRefused` names the field that cannot be."""
    lines = [*_fields(draft), "MIME-Version: 1.0", ""]
    return "\r\n".join(lines).encode("utf-8") + body_of(draft)


def new_message_id(host_name: str, token: str) -> str:
    """A Message-ID (RFC 5322, 3.6.4); `token` is random and given by the caller."""
    if not _ID_TOKEN.fullmatch(token):
        raise ValueError("a token has 8 to 100 letters, digits, dots, dashes or underscores")
    host = domain(host_name.lower())
    if host is None:
        raise DraftRefused(field="Message-ID")
    return f"<{token}@{host}>"


def _fields(draft: Draft) -> Iterator[str]:
    if not _ID.fullmatch(draft.message_id):
        raise DraftRefused(field="Message-ID")
    yield folded("From", [mailbox(draft.sender, "From")])
    if draft.agent is not None:  # who really writes, for another person (RFC 5322, 3.6.2)
        yield folded("Sender", [mailbox(draft.agent, "Sender")])
    if draft.to:
        yield folded("To", [mailbox(one, "To") for one in draft.to], ",")
    if draft.cc:
        yield folded("Cc", [mailbox(one, "Cc") for one in draft.cc], ",")
    yield f"Date: {format_datetime(draft.date)}"
    yield f"Message-ID: {draft.message_id}"
    yield folded("Subject", phrase(one_line(draft.subject, "Subject")))
    yield from _threading(draft)
    if draft.asks_read:  # RFC 8098, 2.1: to whom the mail's own errors go, too
        yield folded("Disposition-Notification-To", [mailbox(draft.sender, "From")])
    if draft.priority in _PRIORITIES:
        importance, number = _PRIORITIES[draft.priority]
        yield f"Importance: {importance}"
        yield f"X-Priority: {number}"
    if submitted := _SUBMITTED.get(draft.automatic):
        yield f"Auto-Submitted: {submitted}"
    if draft.test_id:
        if not _ID_TOKEN.fullmatch(draft.test_id):
            raise DraftRefused(field=TEST_HEADER)
        yield f"{TEST_HEADER}: {draft.test_id}"


def _threading(draft: Draft) -> Iterator[str]:
    """What it answers; an id of somebody else that cannot be written is left out.

    It is no reason to refuse: whoever sends mail under a hostile id could never be answered.
    """
    if _ID.fullmatch(draft.in_reply_to):
        yield f"In-Reply-To: {draft.in_reply_to}"
    known = [one for one in draft.references if _ID.fullmatch(one)]
    if len(known) > REFERENCES:
        known = [known[0], *known[1 - REFERENCES :]]
    if known:
        yield folded("References", known)
    if draft.thread_topic:
        yield folded("Thread-Topic", phrase(one_line(draft.thread_topic, "Thread-Topic")))
    if draft.thread_index:
        yield f"Thread-Index: {b64encode(draft.thread_index).decode('ascii')}"
