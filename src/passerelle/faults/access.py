"""Faults of signing in to the pages: PSR-ACC."""

from passerelle.faults.fault import Fault, Retry, noop


class AccessFault(Fault):
    """A branch: somebody could not sign in, or prove who they are."""

    retry = Retry.NEVER


class CodeRefused(AccessFault):
    code = "PSR-ACC-001"
    cause = noop("This code is not right, or was used already.")
    consequence = noop("You are not signed in.")
    remedy = noop("Wait for the next code of your device, or use a recovery code.")


class CodesRest(AccessFault):
    code = "PSR-ACC-002"
    cause = noop("Too many codes were wrong.")
    consequence = noop("No code is taken for {minutes} minutes, not even a right one.")
    remedy = noop("Wait that long, then use the newest code of your device.")
