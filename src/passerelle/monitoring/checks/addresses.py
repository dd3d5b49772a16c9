"""Whether the table of whom addresses mean is what the records say."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from passerelle.crm.services import address_differences
from passerelle.faults.mail.tracking import AddressesDiffer
from passerelle.monitoring.findings import Finding, compared

SAMPLE = 1_000  # of each kind of record the newest, and as many from anywhere


def addresses(*, deep: bool) -> Iterator[Finding]:
    """Of some records; `deep` of all."""
    found = address_differences(None if deep else SAMPLE)
    yield compared(_("Whom addresses mean"), found, AddressesDiffer)
