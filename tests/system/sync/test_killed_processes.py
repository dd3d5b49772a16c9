"""Real processes, really killed, on a real Dovecot and over real SMTP: nothing lost or doubled.

Every crash point is killed in process by the unit tests, on both databases; here a few of them
with nothing cleaned up, as after a power cut.
"""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from tests.system.servers.dovecot import Dovecot, dovecot
from tests.system.servers.postgresql import postgresql
from tests.system.servers.smtp_server import SmtpServer, smtp_server
from tests.system.sync.stage import PASSWORD, USER
from tests.unit.sync.memory import Letter

from passerelle.engine.crash_points import KILLED_STATUS, VARIABLE
from passerelle.sync.crash_points import COPIES, INCOMING, OUTGOING, TOUCHES

pytestmark = pytest.mark.only_on("sqlite")  # the database is each test's own

ROOT = Path(__file__).parents[3]
MESSAGES = 450  # three batches
MOVED = 150  # two copies
NO_MOVE = "\nimap_capability = IMAP4rev1 LITERAL+ UIDPLUS\n"


@dataclass(frozen=True)
class Stage:
    """One installation and the servers around it."""

    home: Path
    imap: Dovecot
    smtp: SmtpServer
    database_url: str = ""  # empty: SQLite

    def do(self, *step: str, crash_at: str = "", certainly: bool = True) -> str:
        environment = {
            **os.environ,
            "PASSERELLE_HOME": str(self.home),
            "PASSERELLE_DATABASE_URL": self.database_url,
            "DJANGO_SETTINGS_MODULE": "passerelle.site.settings",
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            VARIABLE: crash_at,
        }
        command = [sys.executable, "-m", "tests.system.sync.stage", *step]
        done = subprocess.run(
            command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False
        )
        expected = {KILLED_STATUS} if crash_at else {0}
        if not certainly:
            expected.add(0)  # a point that this cycle does not reach so often
        assert done.returncode in expected, done.stderr
        return done.stdout

    def look(self) -> Any:
        return json.loads(self.do("look").splitlines()[-1])

    def deliver(self, count: int) -> list[str]:
        letters = [Letter(number, parts=("x",)) for number in range(count)]
        for letter in letters:
            self.imap.deliver(USER, bytes(letter))
        return sorted(letter.id for letter in letters)


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Dovecot, SmtpServer]]:
    with dovecot({}) as imap, smtp_server() as smtp:
        yield imap, smtp


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """SQLite, unless the test says otherwise."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield ""
    else:
        with postgresql() as server:
            yield server.url


@pytest.fixture
def stage(
    servers: tuple[Dovecot, SmtpServer], tmp_path: Path, database_url: str
) -> Iterator[Stage]:
    imap, smtp = servers
    imap.add_user(USER, PASSWORD)
    smtp.taken.clear()
    stage = Stage(tmp_path, imap, smtp, database_url)
    stage.do("prepare", str(imap.ports["imap"]), str(smtp.port))
    yield stage
    for file in imap.maildir(USER).rglob("*"):
        if file.is_file():
            file.unlink()


def assert_whole(stage: Stage, ids: list[str]) -> None:
    found = stage.look()
    assert found["received"] == ids
    assert found["attachments"] == found["raws"] == found["places"] == len(ids)
    assert found["touches"] == 0


@pytest.mark.parametrize(
    "point", ["incoming.in-transaction:2", "incoming.after-commit:1", "touch.after:1"]
)
def test_mail_comes_in_whole_after_a_kill(stage: Stage, point: str) -> None:
    ids = stage.deliver(MESSAGES)
    stage.do("run", crash_at=point)
    stage.do("run")
    assert_whole(stage, ids)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.parametrize(
    "point", ["outgoing.before-mark:1", "outgoing.marked:1", "outgoing.answered:1"]
)
def test_mail_goes_out_once_after_a_kill(stage: Stage, point: str) -> None:
    stage.do("write", "3")
    stage.do("run", crash_at=point)
    stage.do("run")
    subjects = [_subject(envelope.content) for envelope in stage.smtp.taken]
    assert len(subjects) == len(set(subjects))
    if not point.startswith("outgoing.before-mark"):
        assert len(subjects) == (2 if point.startswith("outgoing.marked") else 3)
        assert stage.look()["submissions"] == ["sent", "sent", "unknown"]
    else:
        assert len(subjects) == 3
        assert stage.look()["submissions"] == ["sent"] * 3


@pytest.mark.parametrize("point", ["copy.before:1", "copy.appended:1", "copy.recorded:2"])
def test_copies_are_filed_once_after_a_kill(stage: Stage, point: str) -> None:
    stage.do("write", "3")
    stage.do("run", crash_at=point)
    stage.do("run")
    sent = stage.imap.maildir(USER) / ".Sent"
    filed = [file.read_bytes() for folder in ("new", "cur") for file in (sent / folder).iterdir()]
    subjects = sorted(_subject(content) for content in filed)
    assert subjects == sorted(_subject(one.content) for one in stage.smtp.taken)
    assert len(set(subjects)) == 3


@pytest.mark.timeout(300)
@pytest.mark.parametrize("point", ["move.copied:2", "move.noted:1"])
def test_mail_is_moved_once_by_a_copy_after_a_kill(tmp_path: Path, point: str) -> None:
    with dovecot({USER: PASSWORD}, extra=NO_MOVE) as imap, smtp_server() as smtp:
        stage = Stage(tmp_path, imap, smtp)
        stage.do("prepare", str(imap.ports["imap"]), str(smtp.port), "Tracked")
        ids = stage.deliver(MOVED)
        stage.do("run", crash_at=point)
        stage.do("run")
        assert_whole(stage, ids)
        maildir = imap.maildir(USER)
        filed = [_id(path) for path in (maildir / ".Tracked" / "cur").iterdir()]
        assert sorted(filed) == ids
        assert not [*(maildir / "new").iterdir(), *(maildir / "cur").iterdir()]


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20))
def test_killed_five_times_at_random(stage: Stage, seed: int) -> None:
    chance = random.Random(seed)
    ids = stage.deliver(MESSAGES)
    stage.do("write", "3")
    for _ in range(5):
        point = chance.choice([*INCOMING, *TOUCHES, *OUTGOING, *COPIES])
        stage.do("run", crash_at=f"{point}:{chance.randint(1, 3)}", certainly=False)
    stage.do("run")
    assert_whole(stage, ids)
    subjects = [_subject(envelope.content) for envelope in stage.smtp.taken]
    assert len(subjects) == len(set(subjects))
    states = stage.look()["submissions"]
    assert len(states) == 3
    assert states.count("sent") <= len(subjects)
    assert len(subjects) + states.count("unknown") >= 3


def _id(path: Path) -> str:
    return str(message_from_bytes(path.read_bytes())["Message-ID"])


def _subject(content: object) -> str:
    assert isinstance(content, bytes)
    return str(message_from_bytes(content)["Subject"])
