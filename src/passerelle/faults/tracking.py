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


class LinkChanged(TrackingFault):
    code = "PSR-TRK-032"
    cause = noop("Somebody changed meanwhile what this email belongs to.")
    consequence = noop("Nothing was changed by you.")
    remedy = noop("Look at how it stands now, and say it again if need be.")


class ChangeUndone(TrackingFault):
    code = "PSR-TRK-033"
    cause = noop("This change was undone already.")
    consequence = noop("Nothing was changed.")
    remedy = noop("Load the page again to see how the email stands.")


class ReadersDiffer(TrackingFault):
    code = "PSR-TRK-050"
    cause = noop(
        "Of the emails looked at, {lacking} readers are missing in the table of who may read what, "
        "and {surplus} are too many."
    )
    consequence = noop("Some people do not see email that is theirs, or see what no longer is.")
    remedy = noop("Run passerelle repair access; it works while Passerelle runs.")
    retry = Retry.AFTER_CHANGE
