"""Faults of what belongs together: PSR-TRK."""

from passerelle.faults.fault import Fault, Level, Retry, noop


class TrackingFault(Fault):
    """A branch: what a person asked of a tracked email cannot be done."""

    retry = Retry.NEVER


class NothingToTake(TrackingFault):
    code = "PSR-TRK-010"
    cause = noop("This message is not among the ignored ones any more.")
    consequence = noop("Nothing was asked for.")
    remedy = noop("Load the page again to see what became of it.")


class MessageGone(TrackingFault):
    code = "PSR-TRK-011"
    cause = noop("The message is not in its folder at the server any more.")
    consequence = noop("It cannot be tracked.")
    remedy = noop("Put it back into the inbox, or have it sent again, and track that one.")


class PlaceNotRead(TrackingFault):
    code = "PSR-TRK-012"
    cause = noop(
        "The mailbox is read from another server or folder than when the message came, or the "
        "folder was built anew."
    )
    consequence = noop("It cannot be tracked: its place names another message by now, or none.")
    remedy = noop("Look for a newer decision about the same message, or have it sent again.")


class TakeFailed(TrackingFault):
    code = "PSR-TRK-013"
    cause = noop("The message could not be read, however often it was tried.")
    consequence = noop("It is not tracked; the other mail of the mailbox goes on.")
    remedy = noop("Look at the alerts of the mailbox, and ask again once it is well.")


class FolderNotRead(TrackingFault):
    code = "PSR-TRK-016"
    cause = noop("The folder in which the message lies is gone, or is not read any more.")
    consequence = noop("It cannot be tracked from there.")
    remedy = noop(
        "Have the folder read again on the page Folders, or move the message to the inbox: there "
        "it is decided anew."
    )


class WrittenUpon(TrackingFault):
    code = "PSR-TRK-014"
    cause = noop("An email that was written here answers this one, or carries its attachments.")
    consequence = noop("It stays tracked, as the other would hang in the air.")
    remedy = noop("Throw the draft away; what was sent keeps the email here.")


class EmailGone(TrackingFault):
    code = "PSR-TRK-015"
    cause = noop("This email is not tracked any more.")
    consequence = noop("Nothing was changed.")
    remedy = noop("Look for it by its Message-ID to see what became of it.")


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


class MergesItself(TrackingFault):
    code = "PSR-TRK-040"
    cause = noop("Both are the same record.")
    consequence = noop("Nothing was merged.")
    remedy = noop("Choose another record for one of the two.")


class MergesOtherKind(TrackingFault):
    code = "PSR-TRK-041"
    cause = noop("“{master}” and “{other}” are records of different kinds.")
    consequence = noop("Nothing was merged.")
    remedy = noop("Merge two accounts, two contacts or two leads.")


class MergedAlready(TrackingFault):
    code = "PSR-TRK-042"
    cause = noop("“{record}” was merged into “{master}” already.")
    consequence = noop("Nothing was merged.")
    remedy = noop("Take “{master}” in its place.")


class MergeChanged(TrackingFault):
    code = "PSR-TRK-043"
    cause = noop("One of the two records was changed or removed meanwhile.")
    consequence = noop("Nothing was merged.")
    remedy = noop("Look at both as they stand now, and choose again.")


class MasterInactive(TrackingFault):
    code = "PSR-TRK-044"
    cause = noop("“{master}”, which was to stay, is not active.")
    consequence = noop("Nothing was merged.")
    remedy = noop("Activate it first, or merge the other way round.")


class ReadersDiffer(TrackingFault):
    code = "PSR-TRK-050"
    cause = noop(
        "Of the emails looked at, {lacking} readers are missing in the table of who may read what, "
        "and {surplus} are too many."
    )
    consequence = noop("Some people do not see email that is theirs, or see what no longer is.")
    remedy = noop("Run passerelle repair access; it works while Passerelle runs.")
    retry = Retry.AFTER_CHANGE


class AddressesDiffer(TrackingFault):
    code = "PSR-TRK-051"
    cause = noop(
        "Of the records looked at, {lacking} addresses are missing in the table of whom addresses "
        "mean, and {surplus} are too many."
    )
    consequence = noop(
        "Email under these addresses belongs to nobody, or to somebody who no longer has them."
    )
    remedy = noop(
        "Run passerelle repair addresses; it works while Passerelle runs. It says whether email "
        "that is here lacks people for it."
    )
    retry = Retry.AFTER_CHANGE


class FolderFault(TrackingFault):
    """A branch: a folder that is read beside the inbox cannot be, or not be chosen."""

    retry = Retry.AFTER_CHANGE
    level = Level.WARNING


class FolderGone(FolderFault):
    code = "PSR-TRK-060"
    cause = noop("The server no longer has the folder {folder}, by this or another name.")
    consequence = noop("Nothing is read from it. What it brought stays; all other mail goes on.")
    remedy = noop("Make the folder again, or choose another one and stop reading this one.")


class TooManyFolders(FolderFault):
    code = "PSR-TRK-061"
    cause = noop("{most} folders of a mailbox are read beside its inbox at most.")
    consequence = noop("The folder is not read.")
    remedy = noop("Stop reading another folder, or let an administrator raise the limit.")


class FolderHoldsNoMail(FolderFault):
    code = "PSR-TRK-062"
    cause = noop("The folder {folder} only holds other folders.")
    consequence = noop("Nothing is read from it. What it brought stays; all other mail goes on.")
    remedy = noop("Choose a folder below it that holds messages.")


class NoFoldersHere(FolderFault):
    code = "PSR-TRK-063"
    cause = noop("The mailbox {mailbox} has no folders that can be read.")
    consequence = noop("Only its inbox is read.")
    remedy = noop(
        "Folders are read of users and queues whose incoming email comes over IMAP. POP3 knows "
        "the inbox alone, and a forward mailbox is only a way in."
    )


class FolderRefused(FolderFault):
    code = "PSR-TRK-064"
    cause = noop("{host} refused {step} in the folder {folder}: {answer}")
    consequence = noop("This folder is tried again with the next cycle; all other mail goes on.")
    remedy = noop("Check the rights that the account has to this folder.")


class SentFolderUnknown(FolderFault):
    code = "PSR-TRK-066"
    cause = noop("The server of {mailbox} has no folder that is known as the one for sent mail.")
    consequence = noop("What is sent with other programs is not read; it is looked for again.")
    remedy = noop(
        "Send an email with a mail program that keeps what it sends, or have the server mark its "
        "folder for sent mail (SPECIAL-USE, RFC 6154)."
    )


class SentFolderTwice(FolderFault):
    code = "PSR-TRK-067"
    cause = noop("{folder} is the folder for sent mail, and is read with another meaning, too.")
    consequence = noop("It is read with that other meaning, and not as outgoing email.")
    remedy = noop("Stop reading it with the meaning that is not wanted.")


class SentFoldersNotRead(FolderFault):
    code = "PSR-TRK-068"
    cause = noop("This organization does not read Sent folders.")
    consequence = noop("What is sent with other programs is not tracked.")
    remedy = noop("An administrator allows it in System Settings, Tracking, Folders.")


class FolderNotThere(FolderFault):
    code = "PSR-TRK-065"
    cause = noop("The server listed no folder {folder} that holds messages.")
    consequence = noop("Nothing was changed.")
    remedy = noop("List the folders anew, and choose one of them.")


class TooManyRecordsMade(TrackingFault):
    code = "PSR-TRK-045"
    cause = noop("{count} contacts and leads were made for unknown senders within a day.")
    consequence = noop("Email goes on being tracked, but no further records are made from it.")
    remedy = noop(
        "See Records made automatically. If these are wanted, raise the limit under System "
        "Settings, Tracking; otherwise take them back. The alert closes by itself."
    )
    retry = Retry.AFTER_CHANGE
    level = Level.WARNING


class RecordChangedSince(TrackingFault):
    code = "PSR-TRK-046"
    cause = noop("{name} was changed since it was made.")
    consequence = noop("The record stays as it is.")
    remedy = noop("Keep it, or make it inactive on its own page.")
    retry = Retry.NEVER


class RecordUsedSince(TrackingFault):
    code = "PSR-TRK-047"
    cause = noop("{name} is used: email was written to it or regards it, or something names it.")
    consequence = noop("The record stays as it is.")
    remedy = noop("Keep it, or make it inactive on its own page.")
    retry = Retry.NEVER


class RecordGoneAlready(TrackingFault):
    code = "PSR-TRK-048"
    cause = noop("{name} was taken back already.")
    consequence = noop("Nothing was changed.")
    remedy = noop("Load the list again.")
    retry = Retry.NEVER
