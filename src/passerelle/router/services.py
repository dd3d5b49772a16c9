"""What the wizard and the command may call: the files of E-mail Routers become profiles.

In order: `begin`, `answer` what is asked, `choose`, look at `summary`, `start`, follow `progress`,
read `result`. Texts are in the language that is active when a function is called.
"""

from passerelle.router.files.anonymising import anonymise, anonymise_all
from passerelle.router.files.format import REAL_SETS
from passerelle.router.files.merged import FieldValue, Outcome
from passerelle.router.files.names import TABLE_BYTES, Names, load_names, parse_names, shipped_table
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
    served,
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
from passerelle.router.migrating.texts import kind_text
from passerelle.router.models import (
    Migration,
    MigrationProfile,
    MigrationState,
    ProfileAction,
    RecipientAction,
    ReviewRow,
    ReviewState,
    SalvagedFiles,
)
from passerelle.router.reporting.report import report, report_lines
from passerelle.router.reviewing.bringing import (
    Brought,
    bring_credentials,
    bring_profile_credential,
)
from passerelle.router.reviewing.decisions import decision_lines
from passerelle.router.reviewing.forwarding import make_forward
from passerelle.router.reviewing.judging import Change
from passerelle.router.reviewing.mapped import change_profile, mapped_values, ways_of
from passerelle.router.reviewing.matching import (
    change,
    leave,
    match,
    match_suggested,
    suggested_names,
    take_back,
)
from passerelle.router.reviewing.people import UNMATCHED, narrowed, people_of
from passerelle.router.reviewing.tabled import Decided, decide
from passerelle.router.table.reading import RefusedTable
from passerelle.router.table.steps import (
    begin_by_table,
    keep_salvaged,
    salvaged_files,
    table_of,
    table_of_files,
)
from passerelle.router.undoing.steps import Stays, UndoPreview, undo, undo_preview, undone

__all__ = [
    "REAL_SETS",
    "ROUTERS",
    "TABLE_BYTES",
    "UNMATCHED",
    "AskedQuestion",
    "Box",
    "Brought",
    "Change",
    "Counted",
    "Counts",
    "Decided",
    "Direction",
    "FieldValue",
    "Findings",
    "Listed",
    "Migration",
    "MigrationProfile",
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
    "RefusedTable",
    "ReviewRow",
    "ReviewState",
    "RouterFile",
    "SalvagedFiles",
    "Stays",
    "Summary",
    "UndoPreview",
    "Unrecognised",
    "abandon",
    "anonymise",
    "anonymise_all",
    "answer",
    "begin",
    "begin_by_table",
    "bring_credentials",
    "bring_profile_credential",
    "change",
    "change_profile",
    "choose",
    "current",
    "decide",
    "decision_lines",
    "findings",
    "keep_salvaged",
    "kind_text",
    "leave",
    "load_names",
    "make_forward",
    "mapped_values",
    "match",
    "match_suggested",
    "migration_of",
    "migrations",
    "narrowed",
    "parse_names",
    "people_of",
    "profiles_of",
    "progress",
    "recipients_of",
    "report",
    "report_lines",
    "result",
    "salvaged_files",
    "served",
    "shipped_table",
    "start",
    "suggested_names",
    "summary",
    "table_of",
    "table_of_files",
    "take_back",
    "undo",
    "undo_preview",
    "undone",
    "ways_of",
]
