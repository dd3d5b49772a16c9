"""`SentFolder` over IMAP: a copy of what was sent, put there once.

The folder is searched for the Message-ID first, so that a copy is never doubled: not one of ours
whose answer was lost, and not the server's own where it files what it sends.
"""

from collections.abc import Callable

from passerelle.protocols.imap.append import append
from passerelle.protocols.imap.connecting.logout import log_out
from passerelle.protocols.imap.connecting.opening import open_imap
from passerelle.protocols.imap.connecting.session import Session
from passerelle.protocols.imap.finding import uids_of
from passerelle.protocols.imap.folder import Access, open_folder
from passerelle.protocols.imap.folders import sent_folder
from passerelle.protocols.interfaces import Endpoint, Filed, Login, Watch, unwatched


def open_imap_sent(endpoint: Endpoint, who: Login, *, watch: Watch = unwatched) -> "ImapSent":
    """The folder for sent mail of that account, signed in."""
    session = open_imap(endpoint, who, watch=watch).session
    return ImapSent(session, account=who.account)


class ImapSent:
    """A signed-in IMAP connection, and the folder for sent mail once it was looked for."""

    def __init__(self, session: Session, *, account: str) -> None:
        self._session = session
        self._account = account
        self._folder = ""

    def file(self, message_id: str, data: bytes, *, before_append: Callable[[], None]) -> Filed:
        if not self._folder:
            self._folder = sent_folder(self._session, account=self._account)
        # Opened anew for each search: another program may have put the message there just now.
        state = open_folder(self._session, self._folder, Access.READ, account=self._account)
        if there := uids_of(self._session, message_id):
            return Filed(self._folder, state.uid_validity, there[0], was_there=True)
        before_append()
        made = append(self._session, self._folder, data)
        return Filed(self._folder, made.uid_validity, made.uid, was_there=False)

    def close(self) -> None:
        log_out(self._session)
