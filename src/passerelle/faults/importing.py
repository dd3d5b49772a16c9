"""Faults of tables that somebody brings, and of their import: PSR-IMP."""

from passerelle.faults.fault import Fault, Retry, noop


class ImportingFault(Fault):
    """A branch: something about a table; only another file or another choice helps."""

    retry = Retry.AFTER_CHANGE


class TableWithoutHeadings(ImportingFault):
    code = "PSR-IMP-001"
    cause = noop("The file has no line of headings that could be read.")
    consequence = noop("Nothing was read and nothing is changed.")
    remedy = noop("Export the view again as CSV, with its headings in the first line.")


class TableTooWide(ImportingFault):
    code = "PSR-IMP-002"
    cause = noop("The file has {count} columns; {limit} are read at most.")
    consequence = noop("Nothing was read and nothing is changed.")
    remedy = noop("Export a view with the columns that are needed only.")


class ImportFileEmpty(ImportingFault):
    code = "PSR-IMP-003"
    cause = noop("The file is empty.")
    consequence = noop("Nothing was read and nothing is changed.")
    remedy = noop("Export the view again as CSV.")


class ImportFileTooLarge(ImportingFault):
    code = "PSR-IMP-004"
    cause = noop("The file is larger than {limit} MB.")
    consequence = noop("Nothing was read and nothing is changed.")
    remedy = noop("Export a view with the columns that are needed only, or in parts.")


class TooManyRows(ImportingFault):
    code = "PSR-IMP-005"
    cause = noop("The file has more than {limit} rows.")
    consequence = noop("The rows before were gone through; the others were not.")
    remedy = noop("Divide the file and bring the parts one after another.")


class ImportNotOpen(ImportingFault):
    code = "PSR-IMP-006"
    cause = noop("The import is at work, has ended, or is gone.")
    consequence = noop("Nothing was changed by this step.")
    remedy = noop("Look at its page, or bring the file again.")


class ImportRuns(ImportingFault):
    code = "PSR-IMP-007"
    cause = noop("Another import is running.")
    consequence = noop("This one was not started.")
    remedy = noop("Wait until it has ended, or stop it, then start this one.")


class ColumnsMissing(ImportingFault):
    code = "PSR-IMP-008"
    cause = noop("No column is chosen for: {columns}.")
    consequence = noop("Nothing was gone through; no record could be made or found again.")
    remedy = noop("Choose the column that holds it, or export a view that has one.")
