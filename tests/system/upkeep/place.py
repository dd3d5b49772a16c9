"""An installation that is driven as a person drives it: by commands."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.system.store.conftest import ROOT

PHRASE = "a long enough phrase"


@dataclass(frozen=True, slots=True)
class Place:
    """A home and a database by which commands are run."""

    home: Path
    url: str = ""

    def passerelle(self, *words: str, **extra: str) -> "subprocess.CompletedProcess[str]":
        environment = os.environ | {
            "PASSERELLE_HOME": str(self.home),
            "PASSERELLE_DATABASE_URL": self.url,
            "PASSERELLE_BACKUP_PASSPHRASE": PHRASE,
            "PASSERELLE_PLACE": "",
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            **extra,
        }
        command = [sys.executable, "-m", "passerelle", *words]
        return subprocess.run(
            command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False
        )

    def told(self, *words: str) -> Any:
        done = self.passerelle("--json", *words)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    def manage(self, *words: str) -> None:
        """A command of Django, which a person does not type."""
        environment = os.environ | {
            "PASSERELLE_HOME": str(self.home),
            "PASSERELLE_DATABASE_URL": self.url,
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "DJANGO_SETTINGS_MODULE": "passerelle.site.settings",
        }
        command = [sys.executable, "-m", "django", *words]
        subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True)
