"""Where a watched folder is now: under its name, or under the one that it was given since.

By its OBJECTID where the server has one (RFC 8474). Else a folder that lacks, or whose UIDVALIDITY
is another, is looked for by its former UIDVALIDITY and a UIDNEXT that did not fall; only where one
folder alone fits, it is the one. Asks the server, and writes nothing.
"""

from collections.abc import Collection, Iterator

from passerelle.faults import as_shown
from passerelle.faults.mail.tracking import (
    FolderGone,
    FolderHoldsNoMail,
    SentFolderTwice,
    SentFolderUnknown,
)
from passerelle.protocols.interfaces import FolderState, MailFolder, MailFolders
from passerelle.sync.models import TrackingFolder
from passerelle.sync.models.folders import NAME_CHARS, FolderStanding

INBOX = "INBOX"
MOST_ASKED = 1_000  # folders of one account, when one that is lost is looked for


def whereabouts(row: TrackingFolder, server: MailFolders, others: Collection[str]) -> FolderState:
    """How the folder of the row stands, under whatever name. Raises `FolderGone` and its like.

    `others` are the names of the other watched folders: none of them is this one.
    """
    here = server.state(row.folder)
    if here is not None and _is_the_same(row, here):
        return here
    if row.standing == FolderStanding.READ:  # it was there: what is lost already is not sought
        listed = server.folders()
        moved = _moved(row, server, _candidates(row, listed, others))
        if moved is not None:
            return moved
        if any(one.name == row.folder and not one.is_open for one in listed):
            raise FolderHoldsNoMail(folder=row.folder)
    if here is None or _is_another(row, here):
        raise FolderGone(folder=row.folder)
    return here  # rebuilt


def sent_folder(server: MailFolders, mailbox: str, others: Collection[str]) -> str:
    """The name of the folder in which the account keeps what it sent, as the server says.

    Raises `SentFolderUnknown`, or `SentFolderTwice` where it is one of the others that are read.
    """
    name = server.sent()
    if not can_be_shown(name):
        raise SentFolderUnknown(mailbox=mailbox)
    if name in others:
        raise SentFolderTwice(folder=name)
    return name


def can_be_shown(name: str) -> bool:
    """The inbox is read anyway; a name that no column or page takes can be chosen by nobody."""
    if name.upper() == INBOX or not 0 < len(name) <= NAME_CHARS:
        return False
    return as_shown(name) == name and not any("\ud800" <= letter <= "\udfff" for letter in name)


def _is_the_same(row: TrackingFolder, here: FolderState) -> bool:
    if row.object_id and here.object_id:
        return row.object_id == here.object_id
    return row.uid_validity in {0, here.uid_validity}


def _is_another(row: TrackingFolder, here: FolderState) -> bool:
    """Somebody made a folder under the name that ours had."""
    return bool(row.object_id and here.object_id) and row.object_id != here.object_id


def _candidates(
    row: TrackingFolder, listed: Collection[MailFolder], others: Collection[str]
) -> list[str]:
    taken = {INBOX, row.folder, *others}
    names = [one.name for one in listed if one.is_open and one.name not in taken]
    return [name for name in names if name.upper() != INBOX][:MOST_ASKED]


def _moved(row: TrackingFolder, server: MailFolders, names: Collection[str]) -> FolderState | None:
    alike: list[FolderState] = []
    for state in _states(server, names):
        if row.object_id and state.object_id:
            if row.object_id == state.object_id:
                return state
        elif row.uid_validity == state.uid_validity and state.uid_next >= row.uid_next:
            alike.append(state)
    return alike[0] if len(alike) == 1 and row.uid_validity else None


def _states(server: MailFolders, names: Collection[str]) -> Iterator[FolderState]:
    for name in names:
        if (state := server.state(name)) is not None:
            yield state
