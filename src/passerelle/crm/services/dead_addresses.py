"""Which addresses are dead: noted when a report says so, forgotten when a person clears them."""

from collections.abc import Sequence

import structlog

from passerelle.crm.models import DeadAddress
from passerelle.crm.services.addresses import Record, addresses_of

log = structlog.get_logger(__name__)


def note_dead_addresses(found: Sequence[DeadAddress]) -> None:
    """Remember these; of each address the last report counts."""
    newest = {one.address: one for one in found}
    DeadAddress.objects.bulk_create(
        [newest[address] for address in sorted(newest)],
        update_conflicts=True,
        unique_fields=["address"],
        update_fields=["bounced_on", "status", "reason", "email"],
    )


def dead_addresses_of(record: Record) -> list[DeadAddress]:
    """Those of the record's addresses that are dead."""
    return list(DeadAddress.objects.filter(address__in=addresses_of(record)).order_by("address"))


def clear_dead_addresses(record: Record, by: str) -> int:
    """A person says that the record's addresses are good; how many were not."""
    count, _ = DeadAddress.objects.filter(address__in=addresses_of(record)).delete()
    if count:
        log.info("address.cleared", record=str(record.pk), by=by)
    return count
