"""What a list of mailboxes is asked for: words and filters, as an address or a stored row has them.

Pure. What is not understood is left out: a list is then longer, never wrong in silence, since its
page shows the filters that hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from passerelle.guids import guid_of

WORDS = 5
CHARS = 200
CHOICES: Mapping[str, frozenset[str]] = {
    "kind": frozenset({"users", "queues", "forward"}),
    "state": frozenset({"active", "inactive"}),
    "incoming": frozenset({"none", "outlook", "server-side", "forward"}),
    "outgoing": frozenset({"none", "outlook", "server-side"}),
    "approval": frozenset({"empty", "approved", "pending", "rejected"}),
    "test": frozenset({"failed", "passed", "not-run"}),
    "enabled": frozenset({"yes", "no"}),
    "alerts": frozenset({"yes"}),
    "waiting": frozenset({"yes"}),
}
NO_PROFILE = "none"


@dataclass(frozen=True, slots=True)
class Wanted:
    """An empty value asks for nothing. `profile` is a GUID or `none`, `queue` a GUID."""

    q: str = ""
    kind: str = ""
    state: str = ""
    profile: str = ""
    queue: str = ""  # the mailboxes of its members, and its own
    incoming: str = ""
    outgoing: str = ""
    approval: str = ""
    test: str = ""
    enabled: str = ""
    alerts: str = ""
    waiting: str = ""

    @property
    def terms(self) -> list[str]:
        """The words that all must be found; no database takes NUL in a text."""
        return self.q.replace("\0", "").split()[:WORDS]

    def stored(self) -> dict[str, str]:
        """Only what is asked for, for an address or a row."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value}


def wanted_of(given: Mapping[str, str]) -> Wanted:
    """Out of the query of an address, or what `stored` kept."""
    chosen = {
        name: value for name, known in CHOICES.items() if (value := given.get(name, "")) in known
    }
    profile, queue = given.get("profile", ""), given.get("queue", "")
    return Wanted(
        q=given.get("q", "")[:CHARS],
        profile=profile if profile == NO_PROFILE else _guid(profile),
        queue=_guid(queue),
        **chosen,
    )


def _guid(text: str) -> str:
    return str(guid_of(text) or "")
