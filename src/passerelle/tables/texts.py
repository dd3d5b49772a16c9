"""Why a row is torn and why a cell could not be read: one sentence each, as message ids."""

from collections.abc import Mapping

from passerelle.faults import noop
from passerelle.tables.rows import Damage
from passerelle.tables.values import Reason

DAMAGES: Mapping[Damage, str] = {
    Damage.QUOTES: noop("A quotation mark is missing or stands in the wrong place."),
    Damage.TOO_LONG: noop("The row is longer than any row of an export."),
    Damage.TOO_MANY_CELLS: noop("The row has more cells than there are headings."),
}

REASONS: Mapping[Reason, str] = {
    Reason.DAMAGED: noop("“{value}” holds characters that could not be read in this encoding."),
    Reason.GUID: noop("“{value}” is not an identifier (GUID)."),
    Reason.DATE: noop("“{value}” is not a date as the other rows have it."),
    Reason.BOOLEAN: noop("“{value}” is neither Yes nor No."),
    Reason.NUMBER: noop("“{value}” is not a whole number."),
    Reason.CHOICE: noop("“{value}” is none of the values that this column can have."),
}
