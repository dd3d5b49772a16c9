"""Tables as tests bring them: written here, imported by the engine of the test."""

import io

from passerelle.engine.services import run_due
from passerelle.importing import services as importing
from passerelle.importing.services import Import, ImportKind


def bring(kind: ImportKind, text: str, encoding: str = "utf-8") -> Import:
    """A table that was read and waits for its dry run."""
    return importing.begin(kind, io.BytesIO(text.encode(encoding)), "table.csv", "ann")


def checked(kind: ImportKind, text: str, encoding: str = "utf-8") -> Import:
    """A table after its dry run."""
    found = bring(kind, text, encoding)
    importing.check(found, "ann")
    run_due()
    found.refresh_from_db()
    return found


def imported(kind: ImportKind, text: str, encoding: str = "utf-8") -> Import:
    """A table that was imported as it is."""
    found = checked(kind, text, encoding)
    importing.start(found, "ann")
    run_due()
    found.refresh_from_db()
    return found


def counts(found: Import) -> tuple[int, int, int, int]:
    """Created, updated, unchanged, refused."""
    return found.created, found.updated, found.unchanged, found.refused


def reasons(found: Import) -> list[tuple[int, str]]:
    """The refused rows."""
    return [(row.number, row.reason) for row in importing.refused(found)]
