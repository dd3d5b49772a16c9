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
from pathlib import Path
from typing import Any

from tests.system.servers.ports import free_port, wait_for_port
from tests.system.servers.postfix import DOMAIN, Postfix, postfix
from tests.system.servers.processes import running

SINK, SOURCE = "/usr/sbin/smtp-sink", "/usr/sbin/smtp-source"
SIZE = 5_000  # bytes of a message, about
QUEUES = ("maildrop", "incoming", "active", "deferred")


def main() -> None:
    """Fill the queue, empty it, print the table."""
    parser = argparse.ArgumentParser(prog="bench.sending")
    parser.add_argument("--url", default="", help="of a PostgreSQL database; SQLite without it")
    parser.add_argument("--emails", type=int, default=10_000)
    parser.add_argument("--profile", default="", help="write a profile (cProfile) to this file")
    given = parser.parse_args()
    print("| who | wall | emails/s | CPU an email |\n|---|---|---|---|")
    with (
        tempfile.TemporaryDirectory(prefix="passerelle-bench-") as folder,
        _sink(Path(folder)) as port,
    ):
        one = _passerelle(Path(folder) / "home", port, given)
        cpu = one["cpu"] / given.emails * 1000
        _print("Passerelle", one["wall"], given.emails, f"{cpu:.2f} ms")
        _postfix(port, given.emails)


def _passerelle(home: Path, port: int, given: argparse.Namespace) -> Any:
    home.mkdir()
    environment = {
        **os.environ,
        "PASSERELLE_HOME": str(home),
        "PASSERELLE_DATABASE_URL": given.url,
        "PASSERELLE_LOG_LEVEL": "warning",
        "PASSERELLE_ALLOW_LOOPBACK_SERVERS": "true",
        "DJANGO_SETTINGS_MODULE": "passerelle.site.settings",
    }
    command = [sys.executable, "-m", "bench.steps.sending"]
    subprocess.run([*command, "prepare", str(port), str(given.emails)], env=environment, check=True)
    done = subprocess.run(
        [*command, "send", given.profile],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    told = json.loads(done.stdout.splitlines()[-1])
    if told["sent"] != given.emails:
        raise RuntimeError(f"{told['sent']} emails were sent, not {given.emails}")
    return told


@contextmanager
def _sink(folder: Path) -> Iterator[int]:
    port, log = free_port(), folder / "sink"
    environment = {"PATH": os.environ["PATH"]}
    user = [] if os.geteuid() else ["-u", "nobody"]
    command = [SINK, *user, f"127.0.0.1:{port}", "1000"]
    with running(command, log=log, environment=environment) as process:
        wait_for_port(port, process, log=log)
        yield port


def _postfix(sink: int, emails: int) -> None:
    """In over one connection, out over as many as Postfix likes."""
    if os.geteuid() or not shutil.which("postfix"):
        return
    extra = f"""
default_transport = smtp:[127.0.0.1]:{sink}
smtpd_relay_restrictions = permit_mynetworks, reject
smtp_tls_security_level = none
"""
    with postfix([], extra=extra, services=["smtp unix - - n - - smtp"]) as server:
        started = time.perf_counter()
        command = [SOURCE, "-m", str(emails), "-l", str(SIZE), "-f", f"bench@{DOMAIN}"]
        subprocess.run([*command, "-t", "a@bench.example", f"127.0.0.1:{server.port}"], check=True)
        while _is_waiting(server):
            time.sleep(0.05)
        _print("Postfix", time.perf_counter() - started, emails, "")


def _is_waiting(server: Postfix) -> bool:
    return any(
        file.is_file() for queue in QUEUES for file in (server.home / "spool" / queue).rglob("*")
    )


def _print(name: str, wall: float, emails: int, cpu: str) -> None:
    print(f"| {name} | {wall:.1f} s | {emails / wall:.0f} | {cpu} |", flush=True)


if __name__ == "__main__":
    main()
