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


class LinkSpent(AccessFault):
    code = "PSR-ACC-017"
    cause = noop("This invitation was used already, withdrawn, or is too old.")
    consequence = noop("You are not signed in.")
    remedy = noop("Sign in from the sign-in page, or ask an administrator for a new invitation.")


class AddressNotVerified(AccessFault):
    code = "PSR-ACC-018"
    cause = noop("The sign-in provider {host} says no verified email address of you.")
    consequence = noop("You are not signed in, and the invitation stays open.")
    remedy = noop("Have your address verified there, or ask an administrator for another way in.")


class AddressDiffers(AccessFault):
    code = "PSR-ACC-019"
    cause = noop("At {host} you are somebody with another email address than the one invited.")
    consequence = noop("You are not signed in, and the invitation stays open.")
    remedy = noop("Sign out there, then follow the link again as the person who was invited.")


class IdentityTaken(AccessFault):
    code = "PSR-ACC-024"
    cause = noop("Whom you are at {host} signs in here with another account already.")
    consequence = noop("You are not signed in, and the invitation stays open.")
    remedy = noop(
        "Sign in from the sign-in page. If that account is not yours, ask an administrator, who "
        "can say under Sign-in accounts which user it is."
    )


class ProviderOff(AccessFault):
    code = "PSR-ACC-025"
    cause = noop("Single sign-on is switched off.")
    consequence = noop("Nobody can be invited to it, or come in through it.")
    remedy = noop("An administrator switches it on, or invites to the choice of a password.")


class InvitationsFault(AccessFault):
    """A branch: invitations of many people did not start."""


class NobodyToInvite(InvitationsFault):
    code = "PSR-ACC-020"
    cause = noop("Nobody of those chosen can be invited, sent to again or withdrawn.")
    consequence = noop("Nothing was sent and nothing was changed.")
    remedy = noop("Look at the reason beside each name, and choose others.")


class TooManyInvited(InvitationsFault):
    code = "PSR-ACC-021"
    cause = noop("More than {most} people were chosen at once.")
    consequence = noop("Nothing was sent and nothing was changed.")
    remedy = noop("Narrow the selection by words, and invite the others afterwards.")


class InvitationsChanged(InvitationsFault):
    code = "PSR-ACC-022"
    cause = noop("{before} people were to be invited when you looked; now it is {now}.")
    consequence = noop("Nothing was sent and nothing was changed.")
    remedy = noop("Look at the list again, then send.")


class AccountNotMade(InvitationsFault):
    code = "PSR-ACC-023"
    cause = noop("No account could be made for this user: {answer}")
    consequence = noop("This person was not invited; the others were.")
    remedy = noop("Make the account by hand under Sign-in accounts, and invite the person there.")
