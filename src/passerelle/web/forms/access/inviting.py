"""By what the invited will sign in, as a page asks it."""

from django.http import QueryDict

from passerelle.access.services import Way, ways_of_inviting


def way_in(asked: QueryDict) -> Way:
    """The way that was chosen; the usual one where none was."""
    chosen = asked.get("way", "")
    return Way(chosen) if chosen in Way.values else ways_of_inviting()[0]
