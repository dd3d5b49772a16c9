"""Faults of the settings, found before anything starts: PSR-SET."""

from passerelle.faults.fault import Fault, Level, Retry, noop


class SettingFault(Fault):
    """Passerelle cannot start with these settings."""

    retry = Retry.AFTER_CHANGE


class SettingNotUnderstood(SettingFault):
    code = "PSR-SET-001"
    cause = noop("The setting {name} has the value {value}, which is not {expected}.")
    consequence = noop("Passerelle does not start.")
    remedy = noop("Correct {name} in the environment or in {file}.")


class SettingUnknown(SettingFault):
    code = "PSR-SET-002"
    cause = noop("{file} sets {name}, which no version of Passerelle knows.")
    consequence = noop("Passerelle does not start, as a slip of the pen might be behind it.")
    remedy = noop("Remove {name}, or compare its spelling with docs/settings.md.")


class SettingsFileUnreadable(SettingFault):
    code = "PSR-SET-003"
    cause = noop("{file} cannot be read: {reason}")
    consequence = noop("Passerelle does not start.")
    remedy = noop("Correct the file, or remove it to run with the defaults.")


class KeyFileUnsafe(SettingFault):
    code = "PSR-SET-004"
    cause = noop("The key file {file} {reason}.")
    consequence = noop("Passerelle does not start, as stored passwords depend on this file.")
    remedy = noop("Give the file back its content and its owner, and run: chmod 600 {file}")


class HomeNotWritable(SettingFault):
    code = "PSR-SET-005"
    cause = noop("The folder {folder} cannot be used: {reason}")
    consequence = noop("Passerelle does not start.")
    remedy = noop("Make the folder writable for this account, or set PASSERELLE_HOME.")


class RunsAlready(SettingFault):
    code = "PSR-SET-010"
    cause = noop("Passerelle already runs on {folder}, as process {process}.")
    consequence = noop("This second one does not start; the first one goes on.")
    remedy = noop("Use the one that runs, stop it first, or give this one another PASSERELLE_HOME.")


class AddressUnusable(SettingFault):
    code = "PSR-SET-011"
    cause = noop("The web server cannot listen on {address}: {reason}.")
    consequence = noop("Passerelle does not start.")
    remedy = noop(
        "Stop the program that uses the address, or choose another in the setting listen."
    )


class KeyFileMissing(SettingFault):
    code = "PSR-SET-020"
    cause = noop("There is no key file {file}, and {count} stored passwords need one.")
    consequence = noop("No mailbox can sign in, and everybody has to sign in again.")
    remedy = noop("Put the key file back from where it is kept; it is in no backup without --keys.")


class HomeOpenToOthers(SettingFault):
    code = "PSR-SET-021"
    cause = noop("Others on this machine can read the folder {folder}.")
    consequence = noop("They can copy recorded mail.")
    remedy = noop("Run: chmod 700 {folder}")
    level = Level.WARNING


class DatabaseOnNetwork(SettingFault):
    code = "PSR-SET-022"
    cause = noop("The SQLite database lies on a network file system ({kind}).")
    consequence = noop("Its locks are not reliable there, and the database can be damaged.")
    remedy = noop("Put the home folder on a local disk, or use PostgreSQL.")


class TimeZoneUnknown(SettingFault):
    code = "PSR-SET-023"
    cause = noop("The setting time_zone has the value {value}, which this machine does not know.")
    consequence = noop("Passerelle does not start.")
    remedy = noop("Write it as Europe/Paris, or install the package tzdata.")


class HomeOwnedByOthers(SettingFault):
    code = "PSR-SET-024"
    cause = noop("The folder {folder} belongs to {owner}, and this process runs as {account}.")
    consequence = noop("Files made by one may be closed to the other.")
    remedy = noop("Run passerelle as {owner}, by sudo -u or in a shell of that account.")
    level = Level.WARNING


class PublicAddressMissing(SettingFault):
    code = "PSR-SET-025"
    cause = noop("No setting says by which address people reach the pages.")
    consequence = noop("No link to them can be made here.")
    remedy = noop("Set public_url, as https://crm.example.com; or do it on the page.")
