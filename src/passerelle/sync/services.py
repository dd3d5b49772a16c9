"""What pages, commands and the migration may ask of the cycles."""

from collections.abc import Iterable
from uuid import UUID

from passerelle.engine.services import register
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import Mailbox
from passerelle.sync import merging
from passerelle.sync.by_hand.asking import ask_to_take, can_be_taken
from passerelle.sync.by_hand.standing import Taking, takings_of
from passerelle.sync.by_hand.untracking import may_be_only_copy, untrack
from passerelle.sync.crash_points import CRASH_POINTS
from passerelle.sync.figures import Traffic, Waiting, traffic_since, waiting_for_person
from passerelle.sync.finding.authenticity import authenticity_of
from passerelle.sync.finding.considering import Considered, Differing, consider
from passerelle.sync.finding.decisions import (
    MOST_COUNTED,
    Tally,
    decisions_of,
    places_of,
    tallies_since,
)
from passerelle.sync.finding.readers import Reader, readers_of
from passerelle.sync.finding.sight import CONSOLE, Seer, decider_of, seer_of
from passerelle.sync.finding.where import Found, Sought, Whereabouts, sought_by, where
from passerelle.sync.folders import looking
from passerelle.sync.folders.choosing import (
    Wish,
    folders_of,
    leave_folder,
    read_folder,
    read_sent,
)
from passerelle.sync.folders.looking import has_folders, look_of, request_folders
from passerelle.sync.incoming import cycle as incoming
from passerelle.sync.incoming.desk import removes_from
from passerelle.sync.incoming.explaining import decision_of, trace_of
from passerelle.sync.incoming.preview import EpochPreview, new_epoch_preview
from passerelle.sync.incoming.quarantine import take_anyway, try_again
from passerelle.sync.incoming.reading import start_of_reading
from passerelle.sync.merging import KIND as MERGE
from passerelle.sync.merging import start_merge
from passerelle.sync.outgoing import copies, kind
from passerelle.sync.outgoing import cycle as outgoing
from passerelle.sync.outgoing.by_hand import cancel, said_sent, send_again
from passerelle.sync.outgoing.holding import hold_what_waits
from passerelle.sync.outgoing.submitting import submit
from passerelle.sync.outgoing.why import Why, why_not_sent, why_rests
from passerelle.sync.timeline.showing import Shown, cycles_of, newest_cycles, quiet_now

__all__ = [
    "CONSOLE",
    "CRASH_POINTS",
    "MERGE",
    "MOST_COUNTED",
    "Considered",
    "Differing",
    "EpochPreview",
    "Found",
    "Reader",
    "Seer",
    "Shown",
    "Sought",
    "Taking",
    "Tally",
    "Traffic",
    "Waiting",
    "Whereabouts",
    "Why",
    "Wish",
    "ask_to_take",
    "authenticity_of",
    "can_be_taken",
    "cancel",
    "consider",
    "cycles_of",
    "decider_of",
    "decision_of",
    "decisions_of",
    "folders_of",
    "has_folders",
    "hold_what_waits",
    "leave_folder",
    "look_of",
    "may_be_only_copy",
    "new_epoch_preview",
    "newest_cycles",
    "places_of",
    "quiet_now",
    "read_folder",
    "read_sent",
    "readers_of",
    "register_cycles",
    "removes_from",
    "request_folders",
    "said_sent",
    "seer_of",
    "send_again",
    "sought_by",
    "start_merge",
    "start_of_reading",
    "submit",
    "sync_now",
    "take_anyway",
    "takings_of",
    "tallies_since",
    "trace_of",
    "traffic_since",
    "try_again",
    "untrack",
    "waiting_for_person",
    "where",
    "why_not_sent",
    "why_rests",
]


def sync_now(mailbox_ids: Iterable[UUID]) -> int:
    """Ask for both directions of these mailboxes now; how many may run and were asked for."""
    return mailboxes.schedule(Mailbox.objects.filter(pk__in=list(mailbox_ids)))


def register_cycles() -> None:
    """Tell the engine what the five kinds of work do."""
    register(
        incoming.KIND,
        incoming.run,
        deadline_seconds=incoming.DEADLINE_SECONDS,
        failed=incoming.failed,
    )
    register(
        kind.KIND,
        outgoing.run,
        deadline_seconds=kind.DEADLINE_SECONDS,
        failed=outgoing.failed,
    )
    register(
        kind.COPIES,
        copies.run,
        deadline_seconds=copies.DEADLINE_SECONDS,
        failed=copies.failed,
    )
    register(
        looking.KIND,
        looking.run,
        deadline_seconds=looking.DEADLINE_SECONDS,
        failed=looking.failed,
    )
    register(
        merging.KIND,
        merging.run,
        deadline_seconds=merging.DEADLINE_SECONDS,
        failed=merging.failed,
    )
