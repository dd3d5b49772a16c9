"""Faults of an installation that runs, found by looking at it: PSR-MON."""

from passerelle.faults.fault import Fault, Level, Retry, noop


class MonitoringFault(Fault):
    """Something of the installation that a person should see to."""

    retry = Retry.AFTER_CHANGE
    level = Level.WARNING


class WorkersSilent(MonitoringFault):
    code = "PSR-MON-001"
    cause = noop("No worker gave a sign of life in the last {seconds} seconds.")
    consequence = noop("No email is read or sent.")
    remedy = noop("Start passerelle run; if it runs, look in its log for why its workers ended.")
    level = Level.ERROR


class WorkLate(MonitoringFault):
    code = "PSR-MON-002"
    cause = noop("{count} pieces of due work wait for a worker, the oldest for {minutes} minutes.")
    consequence = noop("Email arrives and leaves later than it should.")
    remedy = noop(
        "Raise threads in the settings, or look in Alerts for a server that holds every thread."
    )


class LeasesStuck(MonitoringFault):
    code = "PSR-MON-003"
    cause = noop("{count} pieces of work run for more than {minutes} minutes.")
    consequence = noop("These mailboxes stand still until their work is taken over.")
    remedy = noop("Restart passerelle run. What was committed stays; the work goes on from there.")


class AlertsOpen(MonitoringFault):
    code = "PSR-MON-004"
    cause = noop("Open alerts: {count}, errors among them: {errors}.")
    consequence = noop("What each stops is told there.")
    remedy = noop("Read them on the page Alerts: each has its remedy.")


class ClockSkewed(MonitoringFault):
    code = "PSR-MON-005"
    cause = noop("This machine's clock is {seconds} seconds from the database's.")
    consequence = noop("Moments on pages and in messages are wrong by as much.")
    remedy = noop("Synchronize both machines by NTP.")


class DiskLow(MonitoringFault):
    code = "PSR-MON-006"
    cause = noop("The disk of {folder} has {free} MB left.")
    consequence = noop("When it is full nothing is recorded and nothing is sent.")
    remedy = noop("Free space on that disk, or shorten what is kept under Retention.")


class CommitsNotDurable(MonitoringFault):
    code = "PSR-MON-007"
    cause = noop("{database} reports commits as done before they are on the disk.")
    consequence = noop("A power loss could lose mail that was recorded.")
    remedy = noop("Switch synchronous commits on: {setting}.")


class DatabaseDamaged(MonitoringFault):
    code = "PSR-MON-008"
    cause = noop("The database is damaged: {answer}")
    consequence = noop("Reading or recording fails sooner or later.")
    remedy = noop("Stop Passerelle, keep a copy of the file, and restore the last backup.")
    level = Level.ERROR


class DatabaseTooOld(MonitoringFault):
    code = "PSR-MON-009"
    cause = noop("The database is {found}; {expected} or newer is needed.")
    consequence = noop("Passerelle was never tested with it.")
    remedy = noop("Upgrade the database.")
    level = Level.ERROR


class DatabaseSettingWrong(MonitoringFault):
    code = "PSR-MON-010"
    cause = noop("The database says {setting} = {found}; {expected} is needed.")
    consequence = noop("Texts, times or concurrent work can go wrong.")
    remedy = noop("Correct it in the database's settings, and restart Passerelle.")
    level = Level.ERROR


class CertificateEnds(MonitoringFault):
    code = "PSR-MON-011"
    cause = noop("The certificate of {host} ends on {date}.")
    consequence = noop("From that day on Passerelle refuses the connection.")
    remedy = noop("Renew the certificate at {host}, then test a mailbox that uses it.")


class PagesWithoutTls(MonitoringFault):
    code = "PSR-MON-012"
    cause = noop("People reach the pages by {address}, without TLS.")
    consequence = noop("Passwords and mail can be read on the way.")
    remedy = noop(
        "Put a reverse proxy with a certificate in front, and set public_url to its https address."
    )


class PagesNotReached(MonitoringFault):
    code = "PSR-MON-013"
    cause = noop("{address} could not be reached from this machine: {answer}")
    consequence = noop("Links in notices and invitations may lead nowhere.")
    remedy = noop("Look at the reverse proxy and its certificate, or correct public_url.")


class ProxyNotNamed(MonitoringFault):
    code = "PSR-MON-017"
    cause = noop("People come by {address}, but trusted_proxies names no proxy.")
    consequence = noop(
        "The throttle of sign-ins and the list of sessions know one address for everybody, and "
        "browsers are not told to come by TLS for a year."
    )
    remedy = noop("Set trusted_proxies to the address of the proxy, as 127.0.0.1, and restart.")


class NothingProcessed(MonitoringFault):
    code = "PSR-MON-014"
    cause = noop("System Settings say that the Email Router processes email.")
    consequence = noop("Enabled mailboxes wait here.")
    remedy = noop("Switch to server-side synchronization in System Settings, when it is time.")
    level = Level.INFORMATION


class MailWaitsForPerson(MonitoringFault):
    code = "PSR-MON-015"
    cause = noop("Waiting for a person: messages in quarantine {quarantined}, emails {unknown}.")
    consequence = noop("Nothing happens to them by itself.")
    remedy = noop("Decide on the pages Quarantine and Emails.")


class MailboxesFail(MonitoringFault):
    code = "PSR-MON-016"
    cause = noop("{failing} of {count} mailboxes of the profile {profile} fail.")
    consequence = noop("Their email waits; the mailboxes that do not fail go on.")
    remedy = noop(
        "Look in Alerts for what they have in common, and test the connection of the profile."
    )
    retry = Retry.SOON
    level = Level.ERROR
