"""The servers around a soak, each with a switch, and the traffic through them."""

import random
import re
import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.utils import format_datetime
from typing import Generic, Self, TypeVar

from tests.system.servers.dovecot import Dovecot
from tests.system.servers.smtp_server import SmtpServer
from tests.system.soak.disk import Disk
from tests.system.soak.installation import Installation, Person
from tests.system.soak.stage import name_of

T = TypeVar("T")
BODY_BYTES = 1500  # as hexadecimal digits, twice as many characters: a pack compresses them little


class Switch(Generic[T]):
    """A server that is switched off and on again; `now` is what the last start gave."""

    def __init__(self, start: Callable[[], AbstractContextManager[T]]) -> None:
        self._start = start
        self._running = ExitStack()
        self.now = self._running.enter_context(start())

    def off(self) -> None:
        self._running.close()

    def on(self) -> None:
        self.now = self._running.enter_context(self._start())


@dataclass(slots=True)
class World:
    """All that a trouble may break."""

    installation: Installation
    imap: Dovecot
    imap_power: Switch["subprocess.Popen[bytes]"]
    smtp: SmtpServer
    smtp_power: Switch[None]
    disk: Disk
    database: Switch[object] | None  # None on SQLite
    person: Person
    mailboxes: int
    chance: random.Random

    def reload_imap(self) -> None:
        self.imap_power.now.send_signal(signal.SIGHUP)


@dataclass(slots=True)
class Traffic:
    """Numbered messages to random mailboxes, and numbered emails from them, until stopped."""

    world: World
    a_second: float
    delivered: list[str] = field(default_factory=list)
    submitted: int = 0
    broken: list[BaseException] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Self:
        for each, rate in ((self._deliver, self.a_second), (self._submit, self.a_second / 4)):
            seed = self.world.chance.random()
            thread = threading.Thread(target=self._go, args=(each, rate, random.Random(seed)))
            self._threads.append(thread)
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _go(
        self, each: Callable[[random.Random], None], rate: float, chance: random.Random
    ) -> None:
        try:
            while not self._stop.wait(chance.expovariate(rate)):
                each(chance)
        except BaseException as error:  # noqa: BLE001 - a test looks at it
            self.broken.append(error)

    def _deliver(self, chance: random.Random) -> None:
        name = name_of(chance.randrange(self.world.mailboxes))
        number = len(self.delivered)
        message_id = f"<soak-{number}@customer.example>"
        lines = (
            "From: Clara <clara@customer.example>",
            f"To: {name}@soak.example",
            f"Date: {format_datetime(datetime.now(UTC))}",
            f"Message-ID: {message_id}",
            f"Subject: Incoming {number}",
            "",
            chance.randbytes(BODY_BYTES).hex(),
            "",
        )
        self.world.imap.deliver(name, "\r\n".join(lines).encode())
        self.delivered.append(message_id)

    def _submit(self, chance: random.Random) -> None:
        self.world.person.submit(self.submitted, chance.randrange(self.world.mailboxes))
        self.submitted += 1


def taken_numbers(smtp: SmtpServer) -> Counter[int]:
    """How often the server accepted each numbered email."""
    numbers: Counter[int] = Counter()
    for envelope in list(smtp.taken):
        assert isinstance(envelope.content, bytes)
        numbers[number_in(str(message_from_bytes(envelope.content)["Subject"]))] += 1
    return numbers


def number_in(subject: str) -> int:
    """Of an email that a person wrote; its subject has a token, too."""
    found = re.match(r"Outgoing (\d+)\.", subject)
    assert found, subject
    return int(found[1])
