"""Where the demonstration keeps its things, and on which loopback ports it listens.

Everything is below one folder, so that starting over is removing it. Ports are kept between
starts where they are still free; nothing outside 127.0.0.1 is ever bound.
"""

import json
import shutil
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

HOST = "127.0.0.1"
WEB_PORT = 8025  # as `passerelle run`; a free one when it is taken
LAST_PORT = 65535
MARK = "This folder belongs to the demonstration of Passerelle; make demo-reset removes it.\n"


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of one start; `relay` is the way out of the product's own mail."""

    imap: int
    pop3: int
    smtp: int
    relay: int
    web: int


@dataclass(frozen=True, slots=True)
class World:
    """The folders of one demonstration."""

    folder: Path

    @property
    def home(self) -> Path:
        """Passerelle's own home: database, key file."""
        return self.folder / "home"

    @property
    def mail(self) -> Path:
        """A Maildir an address, ours and the customers'; also the base folder of pymap."""
        return self.folder / "mail"

    @property
    def router(self) -> Path:
        """A folder a router, with its three files."""
        return self.folder / "router"

    @property
    def mail_off(self) -> Path:
        """While this file exists the mail servers stand still: an outage to look at.

        The relay goes on: what tells of an outage must not go down with it.
        """
        return self.folder / "mail-off"

    @property
    def passwords(self) -> Path:
        """The table of credentials that a migration takes."""
        return self.folder / "passwords.csv"

    @property
    def seeded(self) -> Path:
        """Written last when the world was made: a start that was cut short is made anew.

        So is the smaller world of an earlier version, whose file had another name.
        """
        return self.folder / "seeded-2"

    @property
    def ports_file(self) -> Path:
        return self.folder / "ports.json"

    @property
    def mark(self) -> Path:
        return self.folder / "DEMONSTRATION"

    def make(self) -> None:
        """Make the folders, and forget one that was left half made."""
        if self.folder.exists() and not self.seeded.exists():
            self.empty()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.mark.write_text(MARK, encoding="utf-8")
        for folder in (self.home, self.mail, self.router):
            folder.mkdir(mode=0o700, exist_ok=True)

    def empty(self) -> None:
        """Remove everything in the folder, which stays, as its lock hangs on it.

        Raises `NotADemonstration`, and then nothing is removed.
        """
        if not self.mark.exists() and any(self.folder.iterdir()):
            raise NotADemonstration(self.folder)
        for inner in self.folder.iterdir():
            if inner == self.mark:
                continue  # last, so that a removal that was cut short can be taken up again
            if inner.is_dir() and not inner.is_symlink():
                shutil.rmtree(inner)
            else:
                inner.unlink()
        self.mark.unlink(missing_ok=True)

    def choose_ports(self) -> tuple[Ports | None, Ports]:
        """The ports of the start before, if any, and those of this one, stored."""
        before = self._stored_ports()
        wanted: Mapping[str, int] = asdict(before) if before else {"web": WEB_PORT}
        chosen: dict[str, int] = {}
        for field in fields(Ports):
            chosen[field.name] = free_port(wanted.get(field.name, 0), set(chosen.values()))
        now = Ports(**chosen)
        self.ports_file.write_text(json.dumps(asdict(now)), encoding="utf-8")
        return before, now

    def _stored_ports(self) -> Ports | None:
        try:
            stored = json.loads(self.ports_file.read_text(encoding="utf-8"))
            numbers = {field.name: int(stored[field.name]) for field in fields(Ports)}
        except (OSError, ValueError, TypeError, KeyError):
            return None  # none yet, or damaged: ports are chosen anew
        return Ports(**numbers) if all(0 < n <= LAST_PORT for n in numbers.values()) else None


class NotADemonstration(Exception):
    """The folder holds other things: it is neither used nor removed."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))


def free_port(wanted: int, taken: set[int]) -> int:
    """The wanted port when it can be bound, else one that the system gives."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            found = int(probe.getsockname()[1])
        if found not in taken:
            return found
    return free_port(0, taken)
