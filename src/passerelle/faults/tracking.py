"""Faults of what belongs together: PSR-TRK."""

from passerelle.faults.fault import Fault, Retry, noop


class TrackingFault(Fault):
    """A branch: what a person asked of a tracked email cannot be done."""

    retry = Retry.NEVER


class ProposalGone(TrackingFault):
    code = "PSR-TRK-030"
    cause = noop("Nothing is proposed for this email any more.")
    consequence = noop("It stays as it is.")
    remedy = noop("Look at the email again: somebody decided meanwhile, or the other is gone.")


class LinkMakesCircle(TrackingFault):
    code = "PSR-TRK-031"
    cause = noop("The chosen email answers this one itself.")
    consequence = noop("Nothing was joined, as no email comes before itself.")
    remedy = noop("Choose an email that is no answer to this one.")
