"""Two accounts, contacts or leads become one: chosen, begun, moved in chunks, followed."""

from passerelle.crm.merging.addresses import drop_address, further_addresses
from passerelle.crm.merging.beginning import Preview, begin_merge, preview_merge
from passerelle.crm.merging.choosing import FIRST_ADDRESS, Difference
from passerelle.crm.merging.following import master_of, masters_of, merged_into, running_merge
from passerelle.crm.merging.moving import move_some, seconds_to_settle
from passerelle.crm.merging.pointing import MOST_COUNTED, Counted, call_moved

__all__ = [
    "FIRST_ADDRESS",
    "MOST_COUNTED",
    "Counted",
    "Difference",
    "Preview",
    "begin_merge",
    "call_moved",
    "drop_address",
    "further_addresses",
    "master_of",
    "masters_of",
    "merged_into",
    "move_some",
    "preview_merge",
    "running_merge",
    "seconds_to_settle",
]
