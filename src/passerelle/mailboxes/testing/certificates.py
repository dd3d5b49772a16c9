"""The ends of the certificates that tests of profiles and mailboxes met. Asks no server."""

import re
from datetime import date

from passerelle.mailboxes.models import EmailServerProfile, TestStep
from passerelle.mailboxes.models.choices import Direction
from passerelle.mailboxes.models.profile import State
from passerelle.mailboxes.models.test_runs import StepOutcome
from passerelle.protocols.interfaces import StepName

LOOKED_AT = 500  # steps; the newest of each server counts, and servers are few
DAY = re.compile(r"\d{4}-\d\d-\d\d$")  # as protocols.wire tells it: "TLSv1.3, 2027-01-31"


def certificates_seen() -> dict[str, date]:
    """Server and the day its certificate ends, the latest that was met."""
    seen = _by_mailboxes()
    for profile in EmailServerProfile.objects.filter(statecode=State.ACTIVE):
        for host, ends in (
            (profile.incoming_location, profile.incoming_certificate_ends),
            (profile.outgoing_location, profile.outgoing_certificate_ends),
        ):
            if host and ends is not None:
                seen[host] = max(seen.get(host, ends), ends)
    return seen


def _by_mailboxes() -> dict[str, date]:
    steps = TestStep.objects.filter(name=StepName.TLS.value, outcome=StepOutcome.PASSED)
    newest = steps.select_related("run__mailbox__profile").order_by("-pk")[:LOOKED_AT]
    seen: dict[str, date] = {}
    for step in newest:
        profile, found = step.run.mailbox.profile, DAY.search(step.fact)
        if profile is None or found is None:
            continue
        incoming = step.direction == Direction.INCOMING
        host = profile.incoming_location if incoming else profile.outgoing_location
        seen.setdefault(host, date.fromisoformat(found.group()))
    return seen
