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


class ProviderAway(AccessFault):
    code = "PSR-ACC-010"
    cause = noop("The sign-in provider {host} cannot be asked: {answer}")
    consequence = noop("Nobody can sign in through it now.")
    remedy = noop("Try again in a moment; an administrator may look at Single sign-on.")
    retry = Retry.SOON


class ProviderNotUnderstood(AccessFault):
    code = "PSR-ACC-011"
    cause = noop("The sign-in provider {host} gave an answer that cannot be used: {answer}")
    consequence = noop("You are not signed in.")
    remedy = noop("An administrator compares issuer and client ID with those of the provider.")


class SignInNotBegun(AccessFault):
    code = "PSR-ACC-012"
    cause = noop("This sign-in was not begun in this browser, or was begun too long ago.")
    consequence = noop("You are not signed in.")
    remedy = noop("Begin again from the sign-in page.")


class ProviderRefused(AccessFault):
    code = "PSR-ACC-013"
    cause = noop("The sign-in provider {host} did not let you in: {answer}")
    consequence = noop("You are not signed in.")
    remedy = noop("Try again, or ask whoever manages the provider.")


class IdentityNotProven(AccessFault):
    code = "PSR-ACC-014"
    cause = noop("What the sign-in provider {host} says of you is not proven: {answer}")
    consequence = noop("You are not signed in.")
    remedy = noop("Try again. If it stays, an administrator checks clock, issuer and client ID.")


class IdentityUnknown(AccessFault):
    code = "PSR-ACC-015"
    cause = noop("The sign-in provider knows you, but no account here is yours.")
    consequence = noop("You are not signed in.")
    remedy = noop("Ask an administrator to make an account for you, or to put you in a group.")


class AccountClosed(AccessFault):
    code = "PSR-ACC-016"
    cause = noop("Your account is disabled.")
    consequence = noop("You are not signed in.")
    remedy = noop("Ask an administrator.")
