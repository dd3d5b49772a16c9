"""One million contacts, imported from a CSV file: dry run and import, time and memory.

`run(folder)` measures in a process of its own, as settings are read once a process.
`python -m bench.importing` prints the figure for SQLite, or for PASSERELLE_DATABASE_URL.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from bench.installation import environment
from bench.measure import Figure, sampled

if TYPE_CHECKING:
    from passerelle.importing.services import Import, ImportState

CONTACTS = 1_000_000
FIGURES = "figures "  # begins the line that is meant, among those of the log
FILE = "contacts.csv"


@dataclass(frozen=True, slots=True)
class ImportFigure:
    """What one table took."""

    megabytes: float
    contacts: int
    read: float  # seconds: recognised, packed and stored
    checked: float  # the dry run
    imported: float
    again: float  # the same file once more, which changes nothing
    cpu: float  # of our process, in `imported`
    peak_pss: int  # bytes, of our process over all four


def run(folder: Path, *, contacts: int = CONTACTS, database_url: str = "") -> ImportFigure:
    """Make an installation and a table, and import it twice."""
    folder.mkdir(parents=True, exist_ok=True)
    size = write_contacts(folder / FILE, contacts)
    settings = environment(folder, database_url)
    figure = Figure()
    command = [sys.executable, "-m", "bench.importing", "import", str(folder / FILE)]
    with (
        subprocess.Popen(command, env=settings, stdout=subprocess.PIPE, text=True) as process,
        sampled(process.pid, figure),
    ):
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith(FIGURES):
                measured = json.loads(line.removeprefix(FIGURES))
    if process.returncode:
        raise RuntimeError("the import failed")
    return ImportFigure(
        **measured, megabytes=size / 1e6, contacts=contacts, peak_pss=figure.peak_pss
    )


def write_contacts(file: Path, contacts: int) -> int:
    """A French export with an address a contact; says its size in bytes."""
    with file.open("w", encoding="cp1252", newline="") as out:
        out.write(
            "(Ne pas modifier) Contact;(Ne pas modifier) Somme de contrôle de la ligne;"
            "(Ne pas modifier) Modifié le;Prénom;Nom;Adresse de messagerie;Fonction;"
            "Téléphone (bureau);Statut\r\n"
        )
        for number in range(contacts):
            out.write(
                f"{_guid(number)};a1B2c3D4e5F6g7H8;25/11/2026 14:03;Zoé;Lefèvre {number};"
                f"zoe.lefevre{number}@customer{number % 5000}.example;Directrice;"
                f"+33 1 23 45 67 89;Actif\r\n"
            )
    return file.stat().st_size


def _guid(number: int) -> UUID:
    return UUID(int=(number * 0x9E3779B97F4A7C15F39CC0605CEDC835) % 2**128)  # scattered, as theirs


def _import(file: Path) -> None:
    """Read, check, import, import again; the times as one JSON value."""
    _set_up()
    read, checked, imported, cpu = _bring(file)
    _, _, again, _ = _bring(file)
    figures = {"read": read, "checked": checked, "imported": imported, "again": again, "cpu": cpu}
    print(FIGURES + json.dumps(figures), flush=True)


def _set_up() -> None:
    import django
    from django.core.management import call_command

    from passerelle.configuration import ensure_keys, load_config

    ensure_keys(load_config().key_file)
    django.setup()
    call_command("migrate", verbosity=0)


def _bring(file: Path) -> tuple[float, float, float, float]:
    """Seconds to read, check and import the table, and our CPU for the last."""
    from passerelle.importing import services as importing
    from passerelle.importing.services import ImportKind, ImportState

    begun = time.perf_counter()
    with file.open("rb") as stream:
        found = importing.begin(ImportKind.CONTACTS, stream, file.name, "bench")
    read = time.perf_counter() - begun
    importing.check(found, "bench")
    checked = _until(found, ImportState.CHECKED)
    importing.start(found, "bench")
    before = time.process_time()
    imported = _until(found, ImportState.DONE)
    assert found.created + found.unchanged == found.total
    return read, checked, imported, time.process_time() - before


def _until(found: "Import", state: "ImportState") -> float:
    """Let the engine work until the import stands so; seconds."""
    from passerelle.engine.services import run_due
    from passerelle.importing import services as importing

    begun = time.perf_counter()
    while found.state != state:
        run_due(kinds=[importing.KIND])
        found.refresh_from_db()
        if found.last_code:
            raise RuntimeError(found.last_code)
    return time.perf_counter() - begun


def main() -> None:
    """Without a word: measure. The word is what `run` starts."""
    match sys.argv[1:]:
        case ["import", file]:
            _import(Path(file))
        case words:
            contacts = int(words[0]) if words else CONTACTS
            with tempfile.TemporaryDirectory(prefix="passerelle-bench-") as folder:
                url = os.environ.get("PASSERELLE_DATABASE_URL", "")
                print(run(Path(folder), contacts=contacts, database_url=url))


if __name__ == "__main__":
    main()
