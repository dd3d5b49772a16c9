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
