"""`make bench`: every figure of docs/performance.md in one run, medians and ratios.

`python -m bench [--runs N] [--messages N] [--only …] [--slower-disk MS]`. Needs Dovecot and
PostgreSQL; mbsync and OfflineIMAP are measured where they are installed.
"""

import argparse
import os
import platform
import shutil
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.system.servers.dovecot import dovecot
from tests.system.servers.postgresql import postgresql

from bench import importing, router_files, sending, tls, workers
from bench.cycle import passerelle
from bench.disk import fsync_seconds, slower
from bench.installation import fresh_database
from bench.mail import fill_mailbox
from bench.measure import Figure
from bench.peers import Account, mbsync, offlineimap, version

PASSWORD = "only-for-measurements"


def main() -> None:
    """Measure, print the tables."""
    arguments = _arguments()
    wanted = set(filter(None, arguments.only.split(";")))
    print(_machine(), flush=True)
    with tempfile.TemporaryDirectory(prefix="passerelle-bench-") as folder:
        if not wanted or wanted - PARTS.keys():
            _mailbox(Path(folder), arguments)
        for name, part in PARTS.items():
            if not wanted or name in wanted:
                part(Path(folder), arguments)


def _mailbox(folder: Path, arguments: argparse.Namespace) -> None:
    """One mailbox, read for the first time by everybody."""
    with dovecot({"bench": PASSWORD}) as server:
        size = fill_mailbox(server, "bench", arguments.messages)
        print(f"{arguments.messages} messages, {size / 1e6:.0f} MB, Dovecot", flush=True)
        kept = 1000 * fsync_seconds(folder) + arguments.slower_disk
        print(f"an fsync takes {kept:.2f} ms", flush=True)
        account = Account("127.0.0.1", server.ports["imap"], "bench", PASSWORD)
        _report(_measure(account, folder, arguments), arguments.messages)


def _router(folder: Path, arguments: argparse.Namespace) -> None:
    """One router's files of 32 MB, migrated."""
    print("| migration of 40,000 recipients | wall | CPU | memory beyond the start | others wait |")
    print("|---|---|---|---|---|")
    with postgresql() as server:
        for turn in range(arguments.runs):
            urls = {"SQLite": "", "PostgreSQL": fresh_database(server.url, f"router{turn}")}
            for name, url in urls.items():
                one = router_files.run(folder / f"router-{name}-{turn}", database_url=url)
                print(
                    f"| {name} | {one.wall:.1f} s | {one.cpu:.1f} s "
                    f"| {one.extra_memory / 1e6:.0f} MB | {one.longest_wait * 1000:.0f} ms |",
                    flush=True,
                )


def _contacts(folder: Path, _: argparse.Namespace) -> None:
    """A table of a million contacts, imported, and once more."""
    print("| import of 1,000,000 contacts | read | dry run | import | CPU | again | peak PSS |")
    print("|---|---|---|---|---|---|---|")
    with postgresql() as server:
        urls = {"SQLite": "", "PostgreSQL": fresh_database(server.url, "contacts")}
        for name, url in urls.items():
            one = importing.run(folder / f"contacts-{name}", database_url=url)
            print(
                f"| {name} | {one.read:.1f} s | {one.checked:.0f} s | {one.imported:.0f} s "
                f"| {one.cpu:.0f} s | {one.again:.0f} s | {one.peak_pss / 1e6:.0f} MB |",
                flush=True,
            )


def _sending(folder: Path, _: argparse.Namespace) -> None:
    """Many emails of one mailbox, out."""
    print(sending.HEAD)
    with postgresql() as server:
        urls = {"SQLite": "", "PostgreSQL": fresh_database(server.url, "sending")}
        for name, url in urls.items():
            one = sending.run(folder / f"sending-{name}", database_url=url)
            sending.report(f"Passerelle, {name}", one)
    if (other := sending.run_postfix(folder)) is not None:
        sending.report("Postfix", other)


def _workers(folder: Path, _: argparse.Namespace) -> None:
    """Many mailboxes, by one worker and by two."""
    workers.report_alone()
    for name in ("SQLite", "PostgreSQL"):
        on_postgresql = name == "PostgreSQL"
        workers.report(name, workers.run(folder / f"workers-{name}", on_postgresql=on_postgresql))


def _tls(folder: Path, _: argparse.Namespace) -> None:
    """Many mailboxes over TLS."""
    tls.report(tls.run(folder / "tls"))


PARTS: dict[str, Callable[[Path, argparse.Namespace], None]] = {
    "router": _router,
    "contacts": _contacts,
    "sending": _sending,
    "workers": _workers,
    "tls": _tls,
}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument(
        "--only",
        default="",
        help=f"rows of the mailbox's table, or {', '.join(PARTS)}; with semicolons between",
    )
    parser.add_argument(
        "--slower-disk",
        type=float,
        default=0.0,
        help="milliseconds that each fsync of mbsync and of Passerelle on SQLite takes longer",
    )
    return parser.parse_args()


def _measure(
    account: Account, folder: Path, arguments: argparse.Namespace
) -> dict[str, list[Figure]]:
    """Every tool once a round, so that a drift of the machine falls on all of them alike."""
    figures: dict[str, list[Figure]] = {}
    mbsync(account, folder / "warm", fsync=False)  # Dovecot writes its index at the first reading
    with postgresql() as server:
        for turn in range(arguments.runs):
            here = folder / str(turn)
            url = fresh_database(server.url, f"bench{turn}")
            rows = _rows(account, here, arguments, url)
            for name, run in rows.items():
                if arguments.only and name not in arguments.only.split(";"):
                    continue
                if name == "OfflineIMAP" and turn:
                    continue  # two minutes a run: one is enough to know its order
                figure = run()
                if figure is not None:
                    figures.setdefault(name, []).append(figure)
                    print(f"  {name}: {figure.wall:.2f} s", flush=True)
            shutil.rmtree(here, ignore_errors=True)
    return figures


def _rows(
    account: Account, here: Path, arguments: argparse.Namespace, url: str
) -> dict[str, Callable[[], Figure | None]]:
    count, before = arguments.messages, slower(arguments.slower_disk)
    return {
        "mbsync, FSync yes": lambda: mbsync(account, here / "a", fsync=True, before=before),
        "mbsync, FSync no": lambda: mbsync(account, here / "b", fsync=False),
        "Passerelle, SQLite": lambda: passerelle(
            account, here / "c", messages=count, before=before
        ),
        "Passerelle, PostgreSQL": lambda: passerelle(
            account, here / "d", messages=count, database_url=url
        ),
        "OfflineIMAP": lambda: offlineimap(account, here / "e"),
    }


def _report(figures: dict[str, list[Figure]], messages: int) -> None:
    yard = figures.get("mbsync, FSync yes")
    base = statistics.median(one.wall for one in yard) if yard else 0.0
    print("| who | wall | of mbsync | messages/s | CPU | peak memory (PSS) |")
    print("|---|---|---|---|---|---|")
    for name, runs in figures.items():
        wall = statistics.median(one.wall for one in runs)
        cpu = statistics.median(one.cpu for one in runs)
        pss = max(one.peak_pss for one in runs) / 1e6
        ratio = f"{wall / base:.2f}" if base else "–"
        print(
            f"| {name} | {wall:.1f} s | {ratio} | {messages / wall:.0f} "
            f"| {cpu:.1f} s | {pss:.0f} MB |"
        )


def _machine() -> str:
    memory = Path("/proc/meminfo").read_text().split()[1]
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return (
        f"{os.cpu_count()} cores ({model}), {int(memory) / 1e6:.0f} GB, "
        f"Python {platform.python_version()}; {version('mbsync', '--version')}; "
        f"dovecot {version('dovecot', '--version')}"
    )


if __name__ == "__main__":
    main()
