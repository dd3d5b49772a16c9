"""The ends of the certificates that the last tests of mailboxes met. Asks no server."""

import re
from datetime import date

from passerelle.mailboxes.models import TestStep
from passerelle.mailboxes.models.choices import Direction
from passerelle.mailboxes.models.test_runs import StepOutcome
from passerelle.protocols.interfaces import StepName

LOOKED_AT = 500  # steps; the newest of each server counts, and servers are few
DAY = re.compile(r"\d{4}-\d\d-\d\d$")  # as protocols.wire tells it: "TLSv1.3, 2027-01-31"


def certificates_seen() -> dict[str, date]:
    """Server and the day its certificate ends, as it was met last."""
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
