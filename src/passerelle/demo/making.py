"""Makes the world of the first start, and brings that of a later one up to date."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from passerelle.demo import records
from passerelle.demo.correspondence.seeding import seed
from passerelle.demo.mail_world.post import Post
from passerelle.demo.records import Counts
from passerelle.demo.router_files import write_router_files
from passerelle.demo.staff import (
    CUSTOM_USERS,
    EVERYBODY,
    FITTERS,
    FORWARD_MAILBOX,
    LEFT_ADDRESS,
    MISSPELT,
    MISSPELT_ADDRESS,
    WEBDAV_USERS,
)
from passerelle.demo.world import Ports, World
from passerelle.faults import Secret
from passerelle.tables import line_of

_HEADINGS = {
    "en": ("Address", "User name", "Password"),
    "fr": ("Adresse", "Nom d’utilisateur", "Mot de passe"),
}


@dataclass(frozen=True, slots=True)
class Start:
    """One start: where, on which ports now and before, and in which language."""

    world: World
    before: Ports | None
    ports: Ports
    language: str
    password: str


@dataclass(frozen=True, slots=True)
class Made:
    """What the first start made."""

    counts: Counts
    letters: int


def prepare(start: Start) -> Made | None:
    """Bring the database up to date, and make the world where there is none yet."""
    records.bring_up_to_date()
    made = None
    if not start.world.seeded.exists():
        made = _make(start)
    elif start.before is not None and start.before != start.ports:
        records.follow_ports(start.before, start.ports)
        stopped_on = datetime.fromtimestamp(start.world.seeded.stat().st_mtime, UTC)
        write_router_files(start.world, start.ports, stopped_on)
    records.close_database()
    return made


def password_of(world: World) -> str:
    """The one password of all mail accounts, made at the first start."""
    file = world.folder / "password"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(f"lumen-{secrets.token_hex(4)}", encoding="ascii")
    return file.read_text(encoding="ascii")


def write_passwords(world: World, language: str, password: str) -> None:
    """The table that a migration takes: of who reads a server that runs here, and of who left."""
    elsewhere = {*WEBDAV_USERS, *CUSTOM_USERS, *FITTERS, MISSPELT}
    reading = [one.address for one in EVERYBODY if one not in elsewhere]
    rows = [(address, address) for address in (*reading, FORWARD_MAILBOX.address, LEFT_ADDRESS)]
    rows.append((MISSPELT_ADDRESS, MISSPELT.address))  # known to the router by the first
    world.passwords.touch(mode=0o600)
    with world.passwords.open("w", encoding="utf-8-sig", newline="") as stream:
        stream.write(line_of(_HEADINGS[language], ";"))
        stream.writelines(line_of((*row, password), ";") for row in rows)


def _make(start: Start) -> Made:
    now, world = datetime.now(UTC), start.world
    counts = records.create_records(start.language)
    records.set_up_notices(start.ports, start.language, Secret(start.password))
    post = Post(world.mail, durable=False)
    post.make()
    letters = seed(post, now)
    write_router_files(world, start.ports, now)
    write_passwords(world, start.language, start.password)
    world.seeded.touch()
    return Made(counts, letters)
