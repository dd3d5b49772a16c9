"""LIST and CREATE: which folder holds sent mail (RFC 9051, 6.3.9; RFC 6154 for SPECIAL-USE).

The server's own word comes first; where it marks none, the names that mail programs give the
folder are looked for, in many languages; where there is none of these either, one is made.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from passerelle.faults.mail.protocols import FolderMissing
from passerelle.protocols.imap import refusals
from passerelle.protocols.imap.connecting.session import Session
from passerelle.protocols.imap.syntax.lexer import values
from passerelle.protocols.imap.syntax.responses import Condition, Data, Status
from passerelle.protocols.imap.syntax.strings import folder_name, folder_text

SENT = "\\sent"
NEW_SENT = "Sent"
NOT_OPENED = frozenset({"\\noselect", "\\nonexistent"})
LISTED = 5_000  # folders of one account that are looked at
# As Outlook, Thunderbird, Apple Mail, Gmail and webmails of the languages around us name it.
SENT_NAMES = (
    *("sent", "sent items", "sent messages", "sent mail", "[gmail]/sent mail"),
    *("éléments envoyés", "messages envoyés", "courrier envoyé", "envoyés", "envoyé"),
    *("gesendet", "gesendete elemente", "gesendete objekte", "gesendete nachrichten"),
    *("verzonden", "verzonden items", "verzonden berichten"),
    *("enviados", "elementos enviados", "mensajes enviados", "itens enviados"),
    *("inviata", "posta inviata", "inviati", "skickat", "skickade objekt", "sendt", "lähetetyt"),
    *("wysłane", "elementy wysłane", "odeslané", "отправленные"),
)


@dataclass(frozen=True, slots=True)
class Found:
    """One folder of a listing."""

    name: str
    attributes: frozenset[str]  # lower case
    delimiter: str  # "" where the server has no hierarchy


def sent_folder(session: Session, *, account: str) -> str:
    """The name of the folder for sent mail, made where there is none."""
    folders = listed(session)
    return known_sent(folders) or _made(session, folders, account=account)


def known_sent(folders: Iterable[Found]) -> str:
    """The one of these folders that is for sent mail; "" where none is."""
    opened = [one for one in folders if not one.attributes & NOT_OPENED]
    if (marked := next((one for one in opened if SENT in one.attributes), None)) is not None:
        return marked.name
    by_name = {_plain(one): one.name for one in reversed(opened)}
    return next((by_name[name] for name in SENT_NAMES if name in by_name), "")


def listed(session: Session) -> list[Found]:
    """Every folder of the account, with its special use where the server tells it."""
    found: list[Found] = []

    def take(answer: Data | Status) -> None:
        if isinstance(answer, Data) and answer.name == b"LIST" and len(found) < LISTED:
            try:
                found.append(_found(answer))
            except ValueError as error:
                raise session.wire.not_understood(answer.parts[0]) from error

    marks = {"SPECIAL-USE", "LIST-EXTENDED"} <= session.capabilities
    asked = b'LIST "" "*" RETURN (SPECIAL-USE)' if marks else b'LIST "" "*"'
    session.succeed("LIST", asked, take=take)
    return found


def _found(answer: Data) -> Found:
    match values(answer.parts):
        case [list() as attributes, bytes() | None as delimiter, bytes() as name, *_]:
            words = (one.decode("ascii", "replace") for one in attributes if isinstance(one, bytes))
            return Found(
                name=folder_text(name),
                attributes=frozenset(word.lower() for word in words),
                delimiter=(delimiter or b"").decode("ascii", "replace"),
            )
        case _:
            raise ValueError("a LIST answer has attributes, a delimiter and a name")


def _plain(folder: Found) -> str:
    """The name as it is compared: without the INBOX above it."""
    name = folder.name.lower()
    return name.removeprefix(f"inbox{folder.delimiter}") if folder.delimiter else name


def _made(session: Session, folders: list[Found], *, account: str) -> str:
    """A new one, at the top or (where the server allows none there) below INBOX."""
    delimiter = next((one.delimiter for one in folders if one.delimiter), "/")
    status: Status | None = None
    for name in (NEW_SENT, f"INBOX{delimiter}{NEW_SENT}"):
        status = session.run("CREATE", b"CREATE ", folder_name(name))
        if status.condition is Condition.OK:
            session.run("SUBSCRIBE", b"SUBSCRIBE ", folder_name(name))  # shown in mail programs
            return name
        if status.code in refusals.PASSING:
            raise refusals.of_command(status, host=session.host, step="CREATE")
    raise FolderMissing(folder=NEW_SENT, account=account)
