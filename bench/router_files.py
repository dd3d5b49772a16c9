"""One router's files of 32 MB with 40,000 recipients: parsed, staged, activated.

`run(folder)` measures in a process of its own, as settings are read once a process; while it
works, another process writes a row again and again and says how long it had to wait at most.
`python -m bench.router_files` prints the figure for SQLite.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from bench.installation import environment
from bench.measure import Figure, sampled
from passerelle.router.files.values import Connection

RECIPIENTS = 40_000
QUEUES = 100
MEGABYTES = 31.5  # all files together; 32 is the bound
FIGURES = "figures "  # begins the line that is meant, among those of the log
WRITE_GAP = 0.005  # seconds between two writes of the other process


@dataclass(frozen=True, slots=True)
class RouterFigure:
    """What one migration took."""

    megabytes: float
    recipients: int
    parsed: float  # seconds: read, merged, kept as a draft
    reviewed: float  # the review page, which plans everybody
    finished: float  # seconds from start to the end: staged and activated
    cpu: float  # seconds of `parsed` and `finished`; what they take where nothing else runs
    baseline_pss: int  # bytes, before the files are read
    peak_pss: int
    longest_wait: float  # seconds, of another writer
    usual_wait: float  # the same without a migration

    @property
    def wall(self) -> float:
        """What the target of 8 seconds is about."""
        return self.parsed + self.finished

    @property
    def extra_memory(self) -> int:
        return self.peak_pss - self.baseline_pss


def run(folder: Path, *, recipients: int = RECIPIENTS, database_url: str = "") -> RouterFigure:
    """Make an installation with everybody in it, and migrate their router."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = environment(folder, database_url)
    command = [sys.executable, "-m", "bench.router_files"]
    subprocess.run([*command, "prepare", str(recipients)], env=settings, check=True)
    with _another_writer([*command, "write"], settings) as usual:
        time.sleep(3)
    figure = Figure()
    with (
        _another_writer([*command, "write"], settings) as waits,
        subprocess.Popen(
            [*command, "migrate"], env=settings, stdout=subprocess.PIPE, text=True
        ) as process,
        sampled(process.pid, figure),
    ):
        assert process.stdout is not None
        before_samples = 0
        for line in process.stdout:
            if line.startswith("ready"):
                before_samples = len(figure.pss)
            elif line.startswith(FIGURES):
                measured = json.loads(line.removeprefix(FIGURES))
    if process.returncode:
        raise RuntimeError("the migration failed")
    return RouterFigure(
        **measured,
        recipients=recipients,
        baseline_pss=max(figure.pss[:before_samples], default=0),
        peak_pss=figure.peak_pss,
        longest_wait=max(waits),
        usual_wait=max(usual),
    )


@contextmanager
def _another_writer(command: list[str], settings: dict[str, str]) -> Iterator[list[float]]:
    """Its waits, in seconds, are in the list when the block has ended."""
    waits: list[float] = []
    with subprocess.Popen(
        command, env=settings, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        process.stdout.readline()  # it writes now
        yield waits
        process.stdin.close()
        waits += json.loads(process.stdout.read())


def _prepare(recipients: int) -> None:
    """The database, everybody with a mailbox, and the three files."""
    import django
    from django.core.management import call_command

    from passerelle.configuration import ensure_keys, load_config

    config = load_config()
    ensure_keys(config.key_file)
    django.setup()
    call_command("migrate", verbosity=0)

    _make_everybody(recipients)
    _write_files(config.home, recipients)


def _make_everybody(recipients: int) -> None:
    from passerelle.crm.models import Queue, SystemUser
    from passerelle.mailboxes.models import Mailbox

    users = [
        SystemUser(
            systemuser_id=_guid(number),
            fullname=f"Person {number}",
            internal_email_address=_address(number),
            tracking_number=number,
        )
        for number in range(recipients - QUEUES)
    ]
    queues = [
        Queue(
            queue_id=_guid(number),
            name=f"Queue {number}",
            email_address=_address(number),
            tracking_number=number,
        )
        for number in range(recipients - QUEUES, recipients)
    ]
    boxes = [
        Mailbox(name=u.fullname, email_address=u.internal_email_address, systemuser=u)
        for u in users
    ]
    boxes += [Mailbox(name=q.name, email_address=q.email_address, queue=q) for q in queues]
    SystemUser.objects.bulk_create(users, batch_size=500)
    Queue.objects.bulk_create(queues, batch_size=500)
    Mailbox.objects.bulk_create(boxes, batch_size=500)


def _write_files(folder: Path, recipients: int) -> None:
    """Four pairs of profiles; errors are as long as fills the files to their size."""
    from passerelle.router.files.names import load_names
    from passerelle.router.files.values import Provider, State
    from passerelle.router.files.writing import RouterDescription, write_set

    pop3, smtp = _connections()
    everybody = range(recipients)
    first_queue = recipients - QUEUES
    providers = [
        Provider(
            pop3[number % len(pop3)],
            username=_address(number),
            has_password=True,
            users=(_guid(number),) if number < first_queue else (),
            queues=(_guid(number),) if number >= first_queue else (),
        )
        for number in everybody
    ]
    providers.append(
        Provider(
            smtp,
            users=tuple(_guid(number) for number in everybody[:first_queue]),
            queues=tuple(_guid(number) for number in everybody[first_queue:]),
        )
    )
    read = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
    states = tuple(State(_address(number), read) for number in everybody)
    names = load_names(None)
    bare = sum(map(len, write_set(RouterDescription(tuple(providers), states), names).values()))
    spare = int((MEGABYTES * 1024 * 1024 - bare) / recipients)
    error = ("503 Service Unavailable " * 100)[: max(0, spare)]
    states = tuple(State(state.address, state.threshold, error) for state in states)
    written = write_set(RouterDescription(tuple(providers), states), names)
    for box, content in written.items():
        (folder / box.value).write_bytes(content)


def _connections() -> tuple[list[Connection], Connection]:
    pop3 = [
        Connection(
            direction="Incoming",
            class_name="Pop3PollingMailboxProvider",
            server=f"pop{number}.bench.example",
            port="995",
            ssl="true",
            auth="ClearText",
            credential="UserSpecified",
        )
        for number in range(4)
    ]
    smtp = Connection(
        direction="Outgoing",
        class_name="SmtpPollingSendEmailProvider",
        server="smtp.bench.example",
        port="25",
        ssl="false",
        auth="Anonymous",
    )
    return pop3, smtp


def _migrate() -> None:
    """Read, review, start; the times as one JSON value."""
    import django

    from passerelle.configuration import load_config

    django.setup()
    folder = load_config().home

    from django.db import connection

    from passerelle.engine.services import run_due
    from passerelle.router import services as router
    from passerelle.router.services import Box, RouterFile

    connection.ensure_connection()
    _say_ready()
    files = {box: RouterFile(box.value, folder / box.value) for box in Box}
    begun, before = time.perf_counter(), time.process_time()
    migration = router.begin([files], None, "bench")
    assert isinstance(migration, router.Migration), migration
    parsed, cpu = time.perf_counter(), time.process_time() - before
    summary = router.summary(migration)
    reviewed, before = time.perf_counter(), time.process_time()
    router.start(migration, "bench")
    run_due()
    finished = time.perf_counter()
    cpu += time.process_time() - before
    counts = router.result(migration).counts
    assert counts == summary.counts
    assert router.progress(migration).state == router.MigrationState.DONE
    size = sum((folder / box.value).stat().st_size for box in Box) / 1024 / 1024
    figures = {
        "megabytes": size,
        "parsed": parsed - begun,
        "reviewed": reviewed - parsed,
        "finished": finished - reviewed,
        "cpu": cpu,
    }
    print(FIGURES + json.dumps(figures), flush=True)


def _say_ready() -> None:
    """A second on both sides, in which the memory before the work is sampled."""
    time.sleep(1)
    print("ready", flush=True)
    time.sleep(1)


def _write() -> None:
    """Write a row again and again until the input ends; how long each write took."""
    import threading

    import django

    django.setup()

    from django.db import transaction
    from django.utils import timezone

    from passerelle.crm.models import Organization

    stop = threading.Event()

    def listen() -> None:
        sys.stdin.read()
        stop.set()

    threading.Thread(target=listen, daemon=True).start()
    organization, _ = Organization.objects.get_or_create(only=True)
    print("writing", flush=True)
    waits: list[float] = []
    while not stop.wait(WRITE_GAP):
        begun = time.perf_counter()
        with transaction.atomic():
            Organization.objects.filter(pk=organization.pk).update(name=str(timezone.now()))
        waits.append(time.perf_counter() - begun)
    print(json.dumps(waits), flush=True)


def _guid(number: int) -> UUID:
    return UUID(int=(number * 0x9E3779B97F4A7C15F39CC0605CEDC835) % 2**128)  # scattered, as theirs


def _address(number: int) -> str:
    return f"person{number}@bench.example"


def main() -> None:
    """Without a word: measure on SQLite. The words are what `run` starts."""
    match sys.argv[1:]:
        case ["prepare", recipients]:
            _prepare(int(recipients))
        case ["migrate"]:
            _migrate()
        case ["write"]:
            _write()
        case _:
            with tempfile.TemporaryDirectory(prefix="passerelle-bench-") as folder:
                print(run(Path(folder), database_url=os.environ.get("PASSERELLE_DATABASE_URL", "")))


if __name__ == "__main__":
    main()
