"""A million emails, made up from one seed, and how long pages take while mail is recorded.

`python -m bench.million [--url URL] [--emails N] [--home FOLDER]`. Lists, one email, its
conversation and the search, as an administrator, as a member of a queue with a tenth of all mail,
and as a user with 200 emails; each quiet, and while `passerelle run` reads a mailbox from Dovecot.
Pages are asked for as the web server asks for them, without the network. With a home, which may
be used again, nothing is removed. Each step is a process of its own, as settings are read once a
process.
"""

import argparse
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.system.servers.dovecot import dovecot

from bench.cycle import ask, free_port
from bench.installation import environment
from bench.mail import fill_mailbox
from bench.mailboxes import print_table, told

PASSWORD = "only-for-measurements"
READ_MEANWHILE = 20_000  # messages: more than are read while pages are asked for
EMAILS = "SELECT count(*) FROM mailplace WHERE folder = 'INBOX'"
PEOPLE = ("administrator", "member of a busy queue", "user with 200 emails")


def main() -> None:
    """Make the installation, measure, print the tables."""
    parser = argparse.ArgumentParser(prog="bench.million")
    parser.add_argument("--url", default="", help="of a PostgreSQL database; SQLite without it")
    parser.add_argument("--emails", type=int, default=1_000_000)
    parser.add_argument("--home", default="", help="a folder that stays")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="passerelle-bench-") as folder:
        home = Path(given.home or folder)
        settings = environment(
            home,
            given.url,
            PASSERELLE_LOG_LEVEL="error",
            PASSERELLE_LISTEN=f"127.0.0.1:{free_port()}",
            PASSERELLE_ALLOW_LOOPBACK_SERVERS="true",
        )
        steps = [sys.executable, "-m", "bench.steps.million"]
        begun = time.perf_counter()
        subprocess.run([*steps, "fill", str(given.emails)], env=settings, check=True)
        print(f"made in {time.perf_counter() - begun:.0f} s", flush=True)
        for person in PEOPLE:
            print_table(f"quiet, {person}", told([*steps, "pages", person], settings))
        with _service(home, settings) as service:
            for person in PEOPLE:
                before, begun = _read(home, given.url), time.perf_counter()
                print_table(f"reading, {person}", told([*steps, "pages", person], settings))
                count = _read(home, given.url) - before
                print(f"read meanwhile: {count / (time.perf_counter() - begun):.0f} a second")
            assert service.poll() is None


@contextmanager
def _service(home: Path, settings: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """`passerelle run`, which reads a mailbox by now."""
    with dovecot({"bench": PASSWORD}) as server:
        fill_mailbox(server, "bench", READ_MEANWHILE)
        account = ["127.0.0.1", str(server.ports["imap"]), "bench", PASSWORD]
        subprocess.run([sys.executable, "-m", "bench.prepare", *account], env=settings, check=True)
        url = settings["PASSERELLE_DATABASE_URL"]
        before = _read(home, url)
        command = [sys.executable, "-m", "passerelle", "run"]
        with subprocess.Popen(
            command, env=settings, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        ) as process:
            try:
                while _read(home, url) == before and process.poll() is None:
                    time.sleep(0.2)
                yield process
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(30)


def _read(home: Path, url: str) -> int:
    """How many messages were read from mailboxes."""
    count: int = ask(home, url, EMAILS)[0]
    return count


if __name__ == "__main__":
    main()
