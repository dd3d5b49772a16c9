"""Faults of telling people about alerts: PSR-NTC."""

from passerelle.faults.fault import Fault, Level, Retry, noop


class NoticeFault(Fault):
    """A branch: somebody who should have heard of an alert did not."""

    level = Level.WARNING


class WebhookAddressWrong(NoticeFault):
    code = "PSR-NTC-001"
    cause = noop("{address} is no address of a webhook.")
    consequence = noop("Nobody is told of alerts that way.")
    remedy = noop("Enter an address that begins with https:// or http:// and names a host.")
    retry = Retry.AFTER_CHANGE


class WebhookRefused(NoticeFault):
    code = "PSR-NTC-002"
    cause = noop("The webhook at {host} answered {status} to a notice.")
    consequence = noop("It is told again a few times, then no more; the alert stays on its page.")
    remedy = noop("Look at what receives the webhook, and at its secret.")


class WebhookAway(NoticeFault):
    code = "PSR-NTC-003"
    cause = noop("The webhook at {host} cannot be reached: {answer}")
    consequence = noop("It is told again a few times, then no more; the alert stays on its page.")
    remedy = noop("Look whether it runs, and whether this machine may reach it.")


class OwnerWithoutAddress(NoticeFault):
    code = "PSR-NTC-004"
    cause = noop("The profile {profile} has no owner who can be written to.")
    consequence = noop("Nobody gets an email when at least half of its mailboxes fail.")
    remedy = noop("Edit the profile and enter the address of an enabled user as its owner.")
    retry = Retry.AFTER_CHANGE
