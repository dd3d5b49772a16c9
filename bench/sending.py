"""10,000 emails of one mailbox to Postfix's smtp-sink, durably: `python -m bench.sending`.

The sink takes everything and keeps nothing, so what is measured is ours: the queue, the mark
before each dot, the answer after it. One process, one thread, one connection, as a mailbox has
them. CPU is that of the sending process alone, and is what to read on a machine that does other
things. Beside it Postfix: the same number of messages into its queue and out to the same sink.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.system.servers.ports import free_port, wait_for_port
from tests.system.servers.postfix import DOMAIN, Postfix, postfix
from tests.system.servers.processes import program, running

from bench.installation import environment

SIZE = 5_000  # bytes of a message, about
EMAILS = 10_000
HEAD = "| who | wall | emails/s | CPU an email |\n|---|---|---|---|"
CLIENT = "smtp unix - - n - - smtp"
QUEUES = ("maildrop", "incoming", "active", "deferred")


def main() -> None:
    """Fill the queue, empty it, print the table."""
    parser = argparse.ArgumentParser(prog="bench.sending")
    parser.add_argument("--url", default="", help="of a PostgreSQL database; SQLite without it")
    parser.add_argument("--emails", type=int, default=EMAILS)
    parser.add_argument("--profile", default="", help="write a profile (cProfile) to this file")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="passerelle-bench-") as folder:
        one = run(Path(folder), emails=given.emails, database_url=given.url, profile=given.profile)
        print(HEAD)
        report("Passerelle, PostgreSQL" if given.url else "Passerelle, SQLite", one)
        if (other := run_postfix(Path(folder), given.emails)) is not None:
            report("Postfix", other)


@dataclass(frozen=True, slots=True)
class SendingFigure:
    """What sending so many emails took. Times in seconds."""

    emails: int
    wall: float
    cpu: float | None = None  # of the sending process


def run(
    folder: Path, *, emails: int = EMAILS, database_url: str = "", profile: str = ""
) -> SendingFigure:
    """Hand so many emails in, then send them; what the sending took."""
    home = folder / "home"
    home.mkdir(parents=True, exist_ok=True)
    settings = environment(home, database_url, PASSERELLE_ALLOW_LOOPBACK_SERVERS="true")
    command = [sys.executable, "-m", "bench.steps.sending"]
    with _sink(folder) as port:
        subprocess.run([*command, "prepare", str(port), str(emails)], env=settings, check=True)
        done = subprocess.run(
            [*command, "send", profile],
            env=settings,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    told = json.loads(done.stdout.splitlines()[-1])
    if told["sent"] != emails:
        raise RuntimeError(f"{told['sent']} emails were sent, not {emails}")
    return SendingFigure(emails, told["wall"], told["cpu"])


@contextmanager
def _sink(folder: Path) -> Iterator[int]:
    port, log = free_port(), folder / "sink"
    path = {"PATH": os.environ["PATH"]}
    user = [] if os.geteuid() else ["-u", "nobody"]
    command = [program("smtp-sink", package="postfix"), *user, f"127.0.0.1:{port}", "1000"]
    with running(command, log=log, environment=path) as process:
        wait_for_port(port, process, log=log)
        yield port


def run_postfix(folder: Path, emails: int = EMAILS) -> SendingFigure | None:
    """In over one connection, out over as many as Postfix likes; None where it cannot be run."""
    if os.geteuid() or not shutil.which("postfix"):
        return None
    with _sink(folder) as sink, postfix([], extra=_to(sink), services=[CLIENT]) as server:
        started = time.perf_counter()
        ends = ["-f", f"bench@{DOMAIN}", "-t", "a@bench.example", f"127.0.0.1:{server.port}"]
        source = program("smtp-source", package="postfix")
        subprocess.run([source, "-m", str(emails), "-l", str(SIZE), *ends], check=True)
        while _is_waiting(server):
            time.sleep(0.05)
        return SendingFigure(emails, time.perf_counter() - started)


def _to(sink: int) -> str:
    return f"""
default_transport = smtp:[127.0.0.1]:{sink}
smtpd_relay_restrictions = permit_mynetworks, reject
smtp_tls_security_level = none
"""


def _is_waiting(server: Postfix) -> bool:
    return any(
        file.is_file() for queue in QUEUES for file in (server.home / "spool" / queue).rglob("*")
    )


def report(name: str, one: SendingFigure) -> None:
    """Print a row."""
    cpu = "" if one.cpu is None else f"{one.cpu / one.emails * 1000:.2f} ms"
    print(f"| {name} | {one.wall:.1f} s | {one.emails / one.wall:.0f} | {cpu} |", flush=True)


if __name__ == "__main__":
    main()
