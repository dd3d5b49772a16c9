"""What befalls the servers: each trouble shows as its own causes, and is over when it is mended."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta

from tests.system.servers.certificates import renew
from tests.system.soak.installation import Installation, until
from tests.system.soak.stage import name_of
from tests.system.soak.world import World

from passerelle.faults.mail.cycles import SentCopiesWait
from passerelle.faults.mail.protocols import (
    CertificateRefused,
    ConnectionLost,
    ConnectionRefused,
    ConnectionTimedOut,
    EncryptionFailed,
    LoginRefused,
)
from passerelle.faults.store import DatabaseGone, DiskFull

PASSWORDS_AT_ONCE = 3
CLOSES_SECONDS = 300  # at most: on a busy machine all others have their turn first


@dataclass(frozen=True, slots=True)
class Trouble:
    """`happens` breaks it, and mends it when its block ends."""

    name: str
    code: str  # of the alert by which a person learns of it
    happens: Callable[[World], AbstractContextManager[None]]
    causes: int = 1  # how many there are to mend
    besides: frozenset[str] = frozenset()  # what work that it cut short may say of it
    is_of_store: bool = False  # held in memory and logged, as the store takes no alert

    @property
    def codes(self) -> frozenset[str]:
        return self.besides | {self.code}


@contextmanager
def _mail_server_stopped(world: World) -> Iterator[None]:
    world.imap_power.off()
    yield
    world.imap_power.on()


@contextmanager
def _way_out_stopped(world: World) -> Iterator[None]:
    world.smtp_power.off()
    yield
    world.smtp_power.on()


@contextmanager
def _certificate_expired(world: World) -> Iterator[None]:
    renew(world.imap.certificates, valid=-timedelta(days=1))
    world.reload_imap()
    yield
    renew(world.imap.certificates)
    world.reload_imap()


@contextmanager
def _passwords_changed(world: World) -> Iterator[None]:
    """At the server first; later somebody types them here."""
    changed = world.chance.sample(range(world.mailboxes), PASSWORDS_AT_ONCE)
    new = f"changed-{world.chance.getrandbits(32):x}"
    for mailbox in changed:
        world.imap.add_user(name_of(mailbox), new)
    yield
    for mailbox in changed:
        world.person.password(mailbox, new)


@contextmanager
def _disk_full(world: World) -> Iterator[None]:
    world.disk.fill()
    yield
    world.disk.free()


@contextmanager
def _database_stopped(world: World) -> Iterator[None]:
    assert world.database is not None
    world.database.off()
    yield
    world.database.on()


CUT_SHORT = frozenset({ConnectionLost.code, ConnectionTimedOut.code, EncryptionFailed.code})
ON_ANY_STORE = (
    Trouble(
        "the mail server stops",
        ConnectionRefused.code,
        _mail_server_stopped,
        besides=CUT_SHORT | {SentCopiesWait.code},
    ),
    Trouble("the way out stops", ConnectionRefused.code, _way_out_stopped, besides=CUT_SHORT),
    Trouble("the certificate expires", CertificateRefused.code, _certificate_expired),
    Trouble("passwords change", LoginRefused.code, _passwords_changed, causes=PASSWORDS_AT_ONCE),
    Trouble("the disk fills", DiskFull.code, _disk_full, is_of_store=True),
)
ON_POSTGRESQL = (
    *ON_ANY_STORE,
    Trouble("the database restarts", DatabaseGone.code, _database_stopped, is_of_store=True),
)


def suffer(world: World, trouble: Trouble, hold: Callable[[], None]) -> None:
    """Until it shows, for a while longer, and until its alert has closed itself."""
    installation = world.installation
    told_before = installation.log.count(trouble.code)

    def shows() -> bool:
        if trouble.is_of_store and installation.log.count(trouble.code) > told_before:
            return True
        installation.hurry()
        return installation.open_causes(trouble.code) == trouble.causes

    def is_over() -> bool:
        installation.hurry()
        return not trouble.codes & {code for code, _ in installation.open_alerts()}

    with trouble.happens(world):
        until(shows, f"{trouble.name}: {trouble.code}")
        hold()
        if not trouble.is_of_store:
            assert installation.open_causes(trouble.code) == trouble.causes
    until(
        is_over,
        f"{trouble.name}: its alert closes",
        seconds=CLOSES_SECONDS,
        left=lambda: waiting(installation),
    )


def waiting(installation: Installation) -> list[tuple[object, ...]]:
    """The work of the mailboxes whose alerts are open: when it is due, and who holds it."""
    return installation.sql(
        "SELECT tracecode, activity, kind, dueon, attempts, workerid, leasedon, lastcode "
        "FROM tracelog LEFT JOIN enginework ON enginework.key = regardingobjectid "
        "WHERE closedon IS NULL LIMIT 20"
    )
