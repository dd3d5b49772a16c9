"""What the standard library reads of a message, beside what we read of it."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart

from passerelle.faults.mail.messages import MessageNotUnderstood
from passerelle.messages import parse

BEGINNING = 60  # characters of a text that are compared
Files = tuple[tuple[str, int], ...]  # name and size; -1 for messages, which only we keep encoded


@dataclass(frozen=True, slots=True)
class Read:
    """What both say of a message, as far as they can say the same."""

    subject: str
    sender: str
    files: Files
    text: str


def differences(raw: bytes) -> set[str]:
    """The fields in which they differ; `everything` when only one of them can read it."""
    ours, theirs = _ours(raw), _theirs(raw)
    if ours is None or theirs is None:
        return set() if ours is theirs else {"everything"}
    beginning = theirs.text[:BEGINNING]
    differing = {name for name, value in asdict(ours).items() if value != getattr(theirs, name)}
    return differing - ({"text"} if beginning in ours.text else set())


def _ours(raw: bytes) -> Read | None:
    try:
        message = parse(raw)
    except MessageNotUnderstood:
        return None
    files = tuple(
        (one.filename, -1 if one.mimetype.startswith("message/") else one.size)
        for one in message.attachments
        if one.filename and "!" not in one.part  # what is packed into a part they do not unpack
    )
    sender = message.sender.address.lower() if message.sender else ""
    return Read(_squeezed(message.subject), sender, files, _squeezed(message.text))


def _theirs(raw: bytes) -> Read | None:
    try:
        message = message_from_bytes(raw, policy=policy.default)
        field, body = message["From"], message.get_body(("plain",))
        sender = field.addresses[0].addr_spec.strip("<>") if field and field.addresses else ""
        text = body.get_content() if isinstance(body, EmailMessage) else ""
        files = tuple((name, _size(one)) for one in _parts(message) if (name := one.get_filename()))
        return Read(
            _squeezed(str(message["Subject"] or "")), sender.lower(), files, _squeezed(text)
        )
    except (LookupError, ValueError, AttributeError):
        return None


def _parts(message: MIMEPart) -> Iterator[MIMEPart]:
    """The leaves; an attached message is one."""
    if message.get_content_maintype() != "multipart":
        yield message
        return
    for part in message.iter_parts():
        yield from _parts(part)


def _size(part: MIMEPart) -> int:
    octets = part.get_payload(decode=True)
    if part.get_content_maintype() == "message":
        return -1
    return len(octets) if isinstance(octets, bytes) else 0


def _squeezed(text: str) -> str:
    return " ".join(text.split())
