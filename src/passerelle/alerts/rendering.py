"""The texts of an alert in the reader's language, from its code and facts.

An alert of a newer version, or whose facts do not fit any more, is told plainly, never hidden.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from passerelle.alerts.models import Alert
from passerelle.faults import Facts, Fault, fault_of, in_words


@dataclass(frozen=True, slots=True)
class RenderedAlert:
    """What happened, what it means, what to do."""

    cause: str
    consequence: str
    remedy: str


def render(alert: Alert) -> RenderedAlert:
    """The texts in the active language."""
    return render_fault(alert.code, alert.facts)


def render_fault(code: str, facts: Facts) -> RenderedAlert:
    """The same for a code and facts kept elsewhere, as in the steps of a test."""
    fault = fault_of(code)
    if fault is None or not fault.fact_names <= facts.keys():
        return _plain(code, facts)
    return RenderedAlert(
        _text(fault.cause, facts), _text(fault.consequence, facts), _text(fault.remedy, facts)
    )


def render_raised(fault: Fault) -> RenderedAlert:
    """The same for a fault that was just raised."""
    return render_fault(fault.code, fault.facts)


def told_in_line(fault: Fault) -> str:
    """What was just raised, for one line of a page: what happened, and what to do."""
    told = render_raised(fault)
    return f"{told.cause} {told.remedy}"


def _text(template: str, facts: Facts) -> str:
    try:
        return _(template).format(**in_words(facts, _))
    except (KeyError, IndexError, ValueError):  # a slip in a translation must not hide the alert
        return template.format(**facts)


def _plain(code: str, facts: Facts) -> RenderedAlert:
    told = ", ".join(f"{name}: {value}" for name, value in sorted(facts.items()))
    return RenderedAlert(
        _("{code}, which this version of Passerelle does not know. {facts}")
        .format(code=code, facts=told)
        .strip(),
        _("Unknown."),
        _("Look the code up in the documentation of the newest version."),
    )
