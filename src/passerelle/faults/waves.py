"""Faults of waves, in which mailboxes are tested and enabled: PSR-WAV."""

from passerelle.faults.fault import Fault, Retry, noop


class WaveFault(Fault):
    """A branch: what a person asked of a plan cannot be done as it stands."""

    retry = Retry.AFTER_CHANGE


class NothingToPlan(WaveFault):
    code = "PSR-WAV-001"
    cause = noop("No mailbox is left to be tested and enabled among those that were chosen.")
    consequence = noop("No plan was made.")
    remedy = noop("Choose others, or give them the delivery method server-side synchronization.")


class PlanNotOpen(WaveFault):
    code = "PSR-WAV-002"
    cause = noop("The plan {plan} is not in a state in which this can be done.")
    consequence = noop("Nothing was changed.")
    remedy = noop("Look at the plan as it stands now; somebody may have been quicker.")


class WavesRun(WaveFault):
    code = "PSR-WAV-003"
    cause = noop("Another plan runs, and two together would double the pace.")
    consequence = noop("This plan was not started.")
    remedy = noop("Wait until the other one is done, or pause or stop it first.")


class WaveNotThrough(WaveFault):
    code = "PSR-WAV-004"
    cause = noop("The first cycles of the last wave of {plan} are not through yet.")
    consequence = noop("The next wave starts at its time.")
    remedy = noop("Wait for the first cycles, or let the plan keep its pace.")


class PaceHolds(WaveFault):
    code = "PSR-WAV-005"
    cause = noop("The last wave of {plan} synchronizes appointments, contacts or tasks, too.")
    consequence = noop(
        "The next wave starts at its time, as the mapping table is rebuilt meanwhile."
    )
    remedy = noop("Let the plan keep its pace.")


class PlanUnknown(WaveFault):
    code = "PSR-WAV-006"
    cause = noop("No plan is called {plan}, or several are.")
    consequence = noop("Nothing was changed.")
    remedy = noop("Look at the list of plans, and give the GUID of one.")


class HoursUnclear(WaveFault):
    code = "PSR-WAV-007"
    cause = noop("The allowed hours {hours} are not understood.")
    consequence = noop("No plan was made.")
    remedy = noop("Give the first and the last moment of a day, as in 20:00-06:00.")
