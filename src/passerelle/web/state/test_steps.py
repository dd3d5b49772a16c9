"""The steps of one test of a mailbox, as its pages show them."""

from passerelle.alerts.services import render_fault
from passerelle.mailboxes.models import TestRun
from passerelle.mailboxes.services import step_label


def steps_context(run: TestRun | None) -> dict[str, object]:
    """What `web/mailboxes/_test.html` needs of a run that may still go on, or of none."""
    if run is None:
        return {"run": None}
    steps = [
        (
            step,
            step_label(step.name),
            render_fault(step.code, step.facts) if step.code else None,
        )
        for step in run.steps.order_by("position")
    ]
    return {"run": run, "steps": steps}
