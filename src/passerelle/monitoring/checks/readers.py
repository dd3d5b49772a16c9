"""Whether the table of who may read which email is what the records say."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from passerelle.crm.readers import differences
from passerelle.faults.mail.tracking import ReadersDiffer
from passerelle.monitoring.findings import Finding, compared

NEWEST = 1_000  # emails that are looked at each time: what went wrong lately


def readers(*, deep: bool) -> Iterator[Finding]:
    """Of the newest emails; `deep` of all."""
    found = differences(None if deep else NEWEST)
    yield compared(_("Who reads what"), found, ReadersDiffer)
