"""The account of a migration to take away: as JSON for programs, row by row as a table.

Both hold its date and its person; the table is safe to open in a spreadsheet.
"""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from passerelle.router.migrating.summaries import result
from passerelle.router.migrating.texts import RECIPIENT_ACTIONS, kind_text
from passerelle.router.models import Migration, MigrationRecipient, RecipientAction, Undone
from passerelle.router.spreadsheet import delimiter
from passerelle.tables import MARK, line_of

CHUNK = 2_000


def report(migration: Migration) -> dict[str, Any]:
    """The whole summary with its date and person, as plain values."""
    summary = result(migration)
    return {
        "migration": str(migration.pk),
        "state": migration.state,
        "begun": {"on": _moment(migration.created_on), "by": migration.created_by},
        "started": {"on": _moment(migration.started_on), "by": migration.started_by},
        "finished": _moment(migration.finished_on),
        "undone": {"on": _moment(migration.undone_on), "by": migration.undone_by},
        "counts": _fields(summary.counts),
        "profiles": [_fields(one) for one in summary.profiles],
        "unmatched": [_fields(one) for one in summary.unmatched],
        "left": [_fields(one) for one in summary.conflicts],
        "cannot_run": [[name, way.value, why] for name, way, why in summary.cannot_run],
        "profile_passwords": [[name, way.value, u] for name, way, u in summary.profile_passwords],
        "mailbox_passwords": summary.mailbox_passwords,
        "checklist": list(summary.checklist),
        "advice": list(summary.advice),
        "next_steps": list(summary.next_steps),
    }


def report_lines(migration: Migration) -> Iterator[str]:
    """Each user and queue with what became of it, line by line; nothing is loaded whole."""
    who = gettext("Migration of {on}, started by {by}")
    when = date_format(timezone.localtime(migration.started_on), "SHORT_DATETIME_FORMAT")
    between = delimiter()
    yield MARK + line_of(_headings(), between)
    rows = MigrationRecipient.objects.filter(migration=migration).select_related("profile")
    for row in rows.order_by("pk").iterator(chunk_size=CHUNK):
        yield line_of(_cells(row), between)
    yield line_of([who.format(on=when, by=migration.started_by)], between)


def _headings() -> list[str]:
    return [
        gettext("Name"),
        gettext("Kind"),
        gettext("Identifier"),
        gettext("Email address"),
        gettext("What became of it"),
        gettext("Profile"),
        gettext("Process email from"),
        gettext("Credentials to enter"),
        gettext("Last error of the router"),
    ]


def _cells(row: MigrationRecipient) -> list[str]:
    told = gettext(RECIPIENT_ACTIONS[RecipientAction(row.action)])
    if row.undone:
        told = str(Undone(row.undone).label)
    return [
        row.name,
        kind_text(row.kind),
        str(row.guid),
        row.address,
        told,
        row.profile.name,
        _moment(row.process_after),
        gettext("Yes") if row.asks else gettext("No"),
        row.last_error,
    ]


def _moment(moment: Any) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""


def _fields(value: Any) -> dict[str, Any]:
    return {
        name: str(found) if isinstance(found := getattr(value, name), str) else found
        for name in value.__slots__
    }
