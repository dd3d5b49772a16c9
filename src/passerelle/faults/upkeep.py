"""Faults of backups, copies, keys, retention and upgrades: PSR-UPK."""

from passerelle.faults.fault import Fault, Level, Retry, noop


class UpkeepFault(Fault):
    """Care for the installation could not be taken, or is owed."""

    retry = Retry.AFTER_CHANGE


class CopyWaits(UpkeepFault):
    code = "PSR-UPK-001"
    cause = noop("This is a copy of an installation, or its home was moved.")
    consequence = noop("It neither reads nor sends, so that nothing is taken or sent twice.")
    remedy = noop(
        "If it replaces the original, which is stopped for good, say so on the page This copy or "
        "by passerelle installation confirm. If it is meant as a copy, say that there."
    )
    level = Level.WARNING


class MayBeSentByOriginal(UpkeepFault):
    code = "PSR-UPK-002"
    cause = noop("This email waited to be sent when the copy was made.")
    consequence = noop("The original may have sent it since; it is not sent by itself.")
    remedy = noop("Ask the recipient or look into the Sent folder, then say what became of it.")
    level = Level.WARNING


class BackupMissing(UpkeepFault):
    code = "PSR-UPK-003"
    cause = noop("There is no backup of the last {days} days.")
    consequence = noop("A broken disk would take what was recorded since the last one.")
    remedy = noop(
        "Run passerelle backup, or switch regular backups on under Retention and backups."
    )
    level = Level.WARNING


class BackupNotWritten(UpkeepFault):
    code = "PSR-UPK-004"
    cause = noop("The backup {file} could not be written: {answer}")
    consequence = noop("There is no such backup; earlier ones are as they were.")
    remedy = noop("Give it a folder with room that this account may write to, and do it again.")
    retry = Retry.SOON


class BackupThere(UpkeepFault):
    code = "PSR-UPK-005"
    cause = noop("There is a file {file} already.")
    consequence = noop("Nothing was written.")
    remedy = noop("Give the backup another name, or a folder: it then gets a name with the date.")


class DumpProgramMissing(UpkeepFault):
    code = "PSR-UPK-006"
    cause = noop("The program {program} of PostgreSQL is not on this machine.")
    consequence = noop("Nothing was backed up or restored.")
    remedy = noop("Install PostgreSQL's client programs of the server's version or newer.")


class DumpProgramFailed(UpkeepFault):
    code = "PSR-UPK-007"
    cause = noop("{program} ended with: {answer}")
    consequence = noop("The database is as it was before.")
    remedy = noop("Do what its words say, as a rule install a newer {program}; then do it again.")


class BackupUnreadable(UpkeepFault):
    code = "PSR-UPK-008"
    cause = noop("{file} is no whole backup of Passerelle: {reason}.")
    consequence = noop("Nothing was restored.")
    remedy = noop("Take another backup.")


class BackupOfNewerVersion(UpkeepFault):
    code = "PSR-UPK-009"
    cause = noop("The backup was made by version {made_by}, which is newer than this one, {ours}.")
    consequence = noop("Nothing was restored.")
    remedy = noop("Install version {made_by} or newer, then restore.")


class BackupOfOtherDatabase(UpkeepFault):
    code = "PSR-UPK-010"
    cause = noop("The backup is of {made_of}, and this installation uses {ours}.")
    consequence = noop("Nothing was restored.")
    remedy = noop("Restore it with the setting database_url for {made_of}.")


class NotEmpty(UpkeepFault):
    code = "PSR-UPK-011"
    cause = noop("{place} holds a database already.")
    consequence = noop("Nothing was restored, and nothing was changed.")
    remedy = noop("Restore into an empty place, or say --replace to put the backup in its place.")


class PassphraseWrong(UpkeepFault):
    code = "PSR-UPK-012"
    cause = noop("The passphrase does not open the keys of {file}.")
    consequence = noop("Nothing was restored.")
    remedy = noop("Enter the passphrase of that backup, or restore without its keys.")


class PassphraseShort(UpkeepFault):
    code = "PSR-UPK-013"
    cause = noop("A passphrase that protects keys needs at least {least} characters.")
    consequence = noop("Nothing was backed up.")
    remedy = noop("Choose a longer one, and keep it apart from the backup.")


class CountsDiffer(UpkeepFault):
    code = "PSR-UPK-014"
    cause = noop("The table {table} holds {found} rows, and {expected} were expected.")
    consequence = noop("What was made is not used.")
    remedy = noop("Do it again; if it comes again, report it with the log.")


class WorkersRun(UpkeepFault):
    code = "PSR-UPK-015"
    cause = noop("{count} workers still work on this database.")
    consequence = noop("Nothing was changed.")
    remedy = noop("Stop passerelle run on every machine, wait half a minute, and do it again.")


class BackupsOff(UpkeepFault):
    code = "PSR-UPK-016"
    cause = noop("Regular backups are on, and the setting backup_folder is empty.")
    consequence = noop("No regular backup is made.")
    remedy = noop("Set backup_folder to a folder on another disk, and restart passerelle run.")


class KeyInUse(UpkeepFault):
    code = "PSR-UPK-017"
    cause = noop("{count} passwords are still encrypted by the key {key}.")
    consequence = noop("The key stays in the key file.")
    remedy = noop("Run passerelle keys rotate to its end, then retire the key.")


class KeyUnknown(UpkeepFault):
    code = "PSR-UPK-018"
    cause = noop("The key file has no key {key}.")
    consequence = noop("Nothing was changed.")
    remedy = noop("Look at passerelle keys list.")


class KeyIsCurrent(UpkeepFault):
    code = "PSR-UPK-019"
    cause = noop("{key} is the current key.")
    consequence = noop("Nothing was changed.")
    remedy = noop("Run passerelle keys rotate first; then {key} can be retired.")


class RehearsalFailed(UpkeepFault):
    code = "PSR-UPK-020"
    cause = noop("The upgrade fails on a copy of this database: {answer}")
    consequence = noop("The database itself was not touched.")
    remedy = noop("Stay with the version that runs, and report this with the log.")


class UpgradeFailed(UpkeepFault):
    code = "PSR-UPK-021"
    cause = noop("The upgrade stopped: {answer}")
    consequence = noop("The backup {file} holds the database as it was before.")
    remedy = noop(
        "Restore that backup with the version that made it, and report this with the log."
    )


class ThingsOfOthers(UpkeepFault):
    code = "PSR-UPK-023"
    cause = noop(
        "{place} holds more than the tables of this version of Passerelle ({count}): {things}."
    )
    consequence = noop("Nothing was restored, and nothing was changed.")
    remedy = noop(
        "Move what is still needed into another schema or database. To remove all of it, and what "
        "depends on it, say --replace-all."
    )
