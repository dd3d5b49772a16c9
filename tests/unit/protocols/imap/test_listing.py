"""Listing of folders that are far larger than one answer: in bounded lines and windows."""

import re

from tests.system.hostile.scripted import Peer, Script, scripted

from passerelle.faults import Secret
from passerelle.protocols.imap import open_imap
from passerelle.protocols.imap.listing import WINDOW
from passerelle.protocols.interfaces import Cursor, Login

MANY = 4 * WINDOW
_FETCH = re.compile(r"FETCH (\d+)(?::(\d+))? ")


def folder_of(count: int) -> Script:
    """A server with that many messages, whose UIDs are three times their numbers."""

    def script(peer: Peer) -> None:
        peer.say(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
        while True:
            tag, _, command = peer.line().partition(" ")
            asked = _FETCH.match(command)
            if asked:
                numbers = range(int(asked[1]), int(asked[2] or asked[1]) + 1)
                peer.say(
                    b"".join(b"* %d FETCH (UID %d RFC822.SIZE 9)\r\n" % (n, n * 3) for n in numbers)
                )
            elif command.startswith("EXAMINE"):
                uids = b"* OK [UIDVALIDITY 1]\r\n* OK [UIDNEXT %d]\r\n" % (count * 3 + 1)
                peer.say(b"* %d EXISTS\r\n" % count + uids)
            elif command.startswith("CAPABILITY"):
                peer.say(b"* CAPABILITY IMAP4rev1\r\n")
            peer.say(tag.encode() + b" OK\r\n")

    return script


def test_many_messages_are_listed_in_windows() -> None:
    with scripted(folder_of(MANY)) as server:
        source = open_imap(server.endpoint(), Login("anna", Secret("geheim")))
        items = source.list_new(Cursor(), None).items
        source.close()
        assert [item.uid for item in items] == list(range(3, MANY * 3 + 1, 3))
        assert server.heard.count(b"FETCH") == MANY // WINDOW


def test_only_the_end_of_the_folder_is_asked_for() -> None:
    with scripted(folder_of(MANY)) as server:
        source = open_imap(server.endpoint(), Login("anna", Secret("geheim")))
        cursor = Cursor(uid_validity=1, last_uid=MANY * 3 - 3)
        assert [item.uid for item in source.list_new(cursor, None).items] == [MANY * 3]
        source.close()
        assert b"FETCH %d:%d " % (MANY - 2, MANY) in server.heard
