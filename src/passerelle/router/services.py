"""What the wizard and the command may call: the files of E-mail Routers become profiles.

In order: `begin`, `answer` what is asked, `choose`, look at `summary`, `start`, follow `progress`,
read `result`. Texts are in the language that is active when a function is called.
"""

from passerelle.router.files.anonymising import anonymise
from passerelle.router.files.merged import FieldValue, Outcome
from passerelle.router.files.names import Names, load_names
from passerelle.router.files.reading import ROUTERS, Refusal
from passerelle.router.files.values import Box, Direction, RouterFile, Unrecognised
from passerelle.router.migrating.pages import (
    AskedQuestion,
    Counted,
    Findings,
    ProfileReview,
    Progress,
    Recipient,
    current,
    findings,
    migration_of,
    migrations,
    profiles_of,
    progress,
    recipients_of,
)
from passerelle.router.migrating.steps import abandon, answer, begin, choose, start
from passerelle.router.migrating.summaries import (
    Counts,
    Listed,
    PlannedProfile,
    Summary,
    result,
    summary,
)
from passerelle.router.models import (
    Migration,
    MigrationState,
    ProfileAction,
    RecipientAction,
)
from passerelle.router.undoing.steps import Stays, UndoPreview, undo, undo_preview, undone

__all__ = [
    "ROUTERS",
    "AskedQuestion",
    "Box",
    "Counted",
    "Counts",
    "Direction",
    "FieldValue",
    "Findings",
    "Listed",
    "Migration",
    "MigrationState",
    "Names",
    "Outcome",
    "PlannedProfile",
    "ProfileAction",
    "ProfileReview",
    "Progress",
    "Recipient",
    "RecipientAction",
    "Refusal",
    "RouterFile",
    "Stays",
    "Summary",
    "UndoPreview",
    "Unrecognised",
    "abandon",
    "anonymise",
    "answer",
    "begin",
    "choose",
    "current",
    "findings",
    "load_names",
    "migration_of",
    "migrations",
    "profiles_of",
    "progress",
    "recipients_of",
    "result",
    "start",
    "summary",
    "undo",
    "undo_preview",
    "undone",
]
