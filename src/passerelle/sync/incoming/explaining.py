"""Why a message is here or is not: a stored decision in the reader's language."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext

from passerelle.alerts.services import render_fault
from passerelle.sync.models import Place
from passerelle.sync.models.incoming import Outcome
from passerelle.tracking import Facts, Look, Looked, Reason, explain, explain_look


def decision_of(place: Place) -> str:
    """The reason as one sentence."""
    if place.outcome == Outcome.QUARANTINED:
        return render_fault(place.quarantine.code, place.quarantine.facts).cause
    return explain(_reason(place.reason), _facts(place.facts.get("facts", ())), gettext)


def trace_of(place: Place) -> list[str]:
    """What was looked at on the way to the decision, in order."""
    known = {look.value: look for look in Look}
    return [
        explain_look(Looked(known[name], _facts(facts)), gettext)
        for name, facts in place.facts.get("looked", ())
        if name in known
    ]


def _reason(number: int) -> Reason:
    """A reason of a later version is unknown to this one."""
    return Reason(number) if number in {int(reason) for reason in Reason} else Reason.UNKNOWN


def _facts(pairs: Iterable[tuple[str, Any]]) -> Facts:
    return tuple((name, value) for name, value in pairs)
