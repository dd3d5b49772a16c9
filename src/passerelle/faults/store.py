"""Faults of our own store: PSR-STO."""

from passerelle.faults.fault import Fault, Level, noop


class StoreFault(Fault):
    """The database or its disk does not do what it must."""


class StoreAway(StoreFault):
    """A branch: the store takes nothing, whoever asks. One alert tells it for everybody."""


class DiskFull(StoreAway):
    code = "PSR-STO-001"
    cause = noop("The disk of the database is full: {answer}")
    consequence = noop("Nothing is recorded and nothing is sent; mail stays at its servers.")
    remedy = noop("Free space on that disk. Work resumes by itself.")


class DatabaseGone(StoreAway):
    code = "PSR-STO-002"
    cause = noop("The database does not answer: {answer}")
    consequence = noop("Nothing is recorded and nothing is sent; mail stays at its servers.")
    remedy = noop(
        "Start the database; if it is locked, end the program that holds it; if it is read-only, "
        "give its files back to the account of Passerelle. Work resumes by itself."
    )


class LeaseLost(StoreFault):
    code = "PSR-STO-003"
    cause = noop("Another worker took over {work} while this one stood still.")
    consequence = noop("What this worker had not committed was dropped; the other one goes on.")
    remedy = noop("Nothing.")
    level = Level.INFORMATION


class WorkTooSlow(StoreFault):
    code = "PSR-STO-004"
    cause = noop("{work} was not finished within {seconds} seconds.")
    consequence = noop("It was stopped and goes on from its last commit.")
    remedy = noop("Nothing, if it happened once. Otherwise look at the load of this machine.")
    level = Level.WARNING


class WorkBroken(StoreFault):
    code = "PSR-STO-005"
    cause = noop("Passerelle has an error of its own in {work}: {error}")
    consequence = noop("This work is tried again later; everything else goes on.")
    remedy = noop("Report it with the lines of the log around this moment.")


class DatabaseOutdated(StoreFault):
    code = "PSR-STO-006"
    cause = noop("The database is {count} steps behind this version of Passerelle.")
    consequence = noop("Nothing was read or changed.")
    remedy = noop("Start passerelle run once; it brings the database up to date.")
