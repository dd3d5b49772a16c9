"""What pages and the command may call: a table becomes users, queues, contacts, tracked emails.

In order: `begin`, look at `preview` and `choose`, `check`, follow `progress`, `start`, follow it
again, look at `refused`. Texts are in the language that is active when a function is called.
"""

from passerelle.importing.models import AT_WORK, Import, ImportKind, ImportState
from passerelle.importing.pages import (
    ColumnChoice,
    Preview,
    Progress,
    Refused,
    fields_of,
    has_dates,
    import_of,
    imports,
    kinds,
    preview,
    progress,
    refused,
    refused_table,
)
from passerelle.importing.steps import Choices, begin, check, choose, read_again, start, stop
from passerelle.importing.work import KIND

__all__ = [
    "AT_WORK",
    "KIND",
    "Choices",
    "ColumnChoice",
    "Import",
    "ImportKind",
    "ImportState",
    "Preview",
    "Progress",
    "Refused",
    "begin",
    "check",
    "choose",
    "fields_of",
    "has_dates",
    "import_of",
    "imports",
    "kinds",
    "preview",
    "progress",
    "read_again",
    "refused",
    "refused_table",
    "start",
    "stop",
]
