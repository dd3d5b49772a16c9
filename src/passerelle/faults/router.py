"""Faults of the E-mail Router's files and of the name table: PSR-RTR.

`file` is always the name that the box asks for, so that the sentence stands beside its box.
"""

from passerelle.faults.fault import Fault, Retry, noop


class RouterFault(Fault):
    """A branch: something about the router's files; only another file helps."""

    retry = Retry.AFTER_CHANGE


class RouterFileMissing(RouterFault):
    code = "PSR-RTR-001"
    cause = noop("{file} was not given.")
    consequence = noop("Nothing was read and nothing is changed.")
    remedy = noop("Choose the file; it lies in the router's Service folder and may be hidden.")


class RouterFileEmpty(RouterFault):
    code = "PSR-RTR-002"
    cause = noop("{file} is empty.")
    consequence = noop("Nothing was read and nothing is changed.")
    remedy = noop("Stop the router service, copy the file again, or take it from a backup.")


class RouterFileTruncated(RouterFault):
    code = "PSR-RTR-003"
    cause = noop("{file} ends in the middle, after line {line}.")
    consequence = noop("Nothing of it was taken, as the missing part cannot be guessed.")
    remedy = noop("Stop the router service, copy the file again, or take it from a backup.")


class RouterFileNotXml(RouterFault):
    code = "PSR-RTR-004"
    cause = noop("{file} is not well-formed XML: {reason} (line {line}).")
    consequence = noop("Nothing of it was taken.")
    remedy = noop("Copy the file again from the router, without opening it in an editor.")


class RouterFileDeclaresEntities(RouterFault):
    code = "PSR-RTR-005"
    cause = noop("{file} declares a document type or entities, which no router writes.")
    consequence = noop("It was not read any further.")
    remedy = noop("Take the file from the router itself; this one was changed by somebody.")


class RouterFileTooDeep(RouterFault):
    code = "PSR-RTR-006"
    cause = noop("{file} nests elements more than {limit} deep, which no router writes.")
    consequence = noop("It was not read any further.")
    remedy = noop("Take the file from the router itself; this one was changed by somebody.")


class RouterFilesTooLarge(RouterFault):
    code = "PSR-RTR-007"
    cause = noop("With {file}, the files together are larger than {limit} MB.")
    consequence = noop("It was not read any further.")
    remedy = noop("Check that the right file was chosen; a router's files are far smaller.")


class TooManyRecipients(RouterFault):
    code = "PSR-RTR-008"
    cause = noop("{file} names more than {limit} users and queues.")
    consequence = noop("It was not read any further.")
    remedy = noop("Divide the recipients between several routers and migrate one after another.")


class WrongBox(RouterFault):
    code = "PSR-RTR-009"
    cause = noop("This looks like {other}, but {file} belongs here.")
    consequence = noop("Nothing of it was taken.")
    remedy = noop("Choose {file} in this box, and the other file in its own.")


class SameFileTwice(RouterFault):
    code = "PSR-RTR-010"
    cause = noop("This is the same file as the one given for {other}.")
    consequence = noop("Nothing was read and nothing is changed.")
    remedy = noop("Choose {file} in this box.")


class NoProviders(RouterFault):
    code = "PSR-RTR-011"
    cause = noop("{file} holds no provider configuration.")
    consequence = noop("There is nothing to migrate.")
    remedy = noop("Publish the router's configuration once, or give a table of its element names.")


class RouterFileEncodingUnknown(RouterFault):
    code = "PSR-RTR-012"
    cause = noop("{file} says that it is encoded as {encoding}, which is not known or not true.")
    consequence = noop("Nothing of it was taken.")
    remedy = noop("Copy the file again from the router, without opening it in an editor.")


class RouterFileTooVaried(RouterFault):
    code = "PSR-RTR-013"
    cause = noop("{file} holds more than {limit} different names, which no router writes.")
    consequence = noop("It was not read any further.")
    remedy = noop("Take the file from the router itself; this one was changed by somebody.")


class RouterValueTooLong(RouterFault):
    code = "PSR-RTR-014"
    cause = noop("{file} holds a single item of more than {limit} characters.")
    consequence = noop("It was not read any further.")
    remedy = noop("Take the file from the router itself; this one was changed by somebody.")


class RouterFileUnreadable(RouterFault):
    code = "PSR-RTR-015"
    cause = noop("{file} cannot be opened: {reason}")
    consequence = noop("Nothing was read and nothing is changed.")
    remedy = noop("Check the path and the rights of the account that runs Passerelle.")


class NamesUnreadable(RouterFault):
    code = "PSR-RTR-020"
    cause = noop("The table of element names cannot be read: {reason}")
    consequence = noop("No file was read with it.")
    remedy = noop("Write it as TOML in UTF-8; start from the table that Passerelle ships.")


class NamesRowUnknown(RouterFault):
    code = "PSR-RTR-021"
    cause = noop("The table of element names has a row {row} that Passerelle does not know.")
    consequence = noop("No file was read with it.")
    remedy = noop("Correct the row's name; the shipped table shows all that exist.")


class NamesRowMissing(RouterFault):
    code = "PSR-RTR-022"
    cause = noop("The table of element names lacks the row {row}.")
    consequence = noop("No file was read with it.")
    remedy = noop("Add the row; leave its lists empty when no name is known for it.")


class NamesRowWrong(RouterFault):
    code = "PSR-RTR-023"
    cause = noop(
        "The row {row} of the table must hold lists of names under confirmed, unconfirmed."
    )
    consequence = noop("No file was read with it.")
    remedy = noop("Write each name as a text of 1 to 200 characters.")


class NamesSpellingTwice(RouterFault):
    code = "PSR-RTR-024"
    cause = noop("The table of element names gives {spelling} to both {first} and {second}.")
    consequence = noop("No file was read with it, as the meaning would be left to chance.")
    remedy = noop("Leave the name in one row only; capitals make no difference.")


class NamesSecretExposed(RouterFault):
    code = "PSR-RTR-025"
    cause = noop("The table of element names gives {spelling} to {row}, but it names a secret.")
    consequence = noop("No file was read with it, as secrets of a router are never taken.")
    remedy = noop("Put the name under the row of passwords.")


class SameRouterTwice(RouterFault):
    code = "PSR-RTR-040"
    cause = noop("This is the same file as the one given for router {router}.")
    consequence = noop("Nothing was read and nothing is changed.")
    remedy = noop("Choose {file} of another router, or leave these three boxes empty.")


class MigrationRuns(RouterFault):
    code = "PSR-RTR-030"
    cause = noop("A migration is running already.")
    consequence = noop("This one was not begun; the running one goes on.")
    remedy = noop("Wait until it has ended, or abandon it; then begin again.")


class MigrationNotOpen(RouterFault):
    code = "PSR-RTR-031"
    cause = noop("This migration was started or abandoned already.")
    consequence = noop("Its answers and choices stay as they are.")
    remedy = noop("Begin a new one with the router's files; what is already so stays so.")


class NothingChosen(RouterFault):
    code = "PSR-RTR-032"
    cause = noop("No profile with a user or queue is chosen to be migrated.")
    consequence = noop("Nothing was started.")
    remedy = noop("Answer the open questions, and say Yes to at least one profile.")


class UndoNotPossible(RouterFault):
    code = "PSR-RTR-041"
    cause = noop("Only a migration that is done can be undone.")
    consequence = noop("Nothing was changed.")
    remedy = noop("Wait until it has ended; one that is being prepared or runs can be abandoned.")


class NothingToUndo(RouterFault):
    code = "PSR-RTR-042"
    cause = noop("Nothing of this migration can be undone: all of it was enabled or changed since.")
    consequence = noop("Everything stays as it is.")
    remedy = noop("Change the mailboxes and profiles by hand; the list says why each one stays.")


class NobodyMatches(RouterFault):
    code = "PSR-RTR-043"
    cause = noop("No user or queue has the address or the name {text}.")
    consequence = noop("The recipient is still unmatched.")
    remedy = noop("Write the whole address or the whole name, or make the user or queue first.")


class SeveralMatch(RouterFault):
    code = "PSR-RTR-044"
    cause = noop("Several users or queues have the name {text}.")
    consequence = noop("The recipient is still unmatched, as none of them is taken by chance.")
    remedy = noop("Write the address instead of the name.")


class MatchTaken(RouterFault):
    code = "PSR-RTR-045"
    cause = noop("{name} is in the routers' files already, or matched with another recipient.")
    consequence = noop("The recipient is still unmatched.")
    remedy = noop(
        "Choose another user or queue, leave this recipient, or take the other match back."
    )


class PasswordColumnsMissing(RouterFault):
    code = "PSR-RTR-046"
    cause = noop("The table has no column for the password, or none for the address or user name.")
    consequence = noop("Nothing of it was taken, and nothing of it was kept.")
    remedy = noop("Call the columns address, user name and password, in English or French.")


class NoForwardMailbox(RouterFault):
    code = "PSR-RTR-047"
    cause = noop(
        "{text} cannot become a forward mailbox: it is no email address, another mailbox has it, "
        "or no mail is read with it."
    )
    consequence = noop("Nothing was settled.")
    remedy = noop(
        "Make the forward mailbox under Mailboxes, then match the account with it by its address."
    )


class RecipientColumnsMissing(RouterFault):
    code = "PSR-RTR-049"
    cause = noop(
        "The table lacks one of the columns kind, name, server_type, profile, or all of "
        "identifier, address, username."
    )
    consequence = noop("Nothing of it was taken, and nothing was begun.")
    remedy = noop("Take the table that Passerelle writes, and fill in its rows.")


class TableWithoutProfiles(RouterFault):
    code = "PSR-RTR-050"
    cause = noop("The table holds no profile.")
    consequence = noop("There is nothing to migrate.")
    remedy = noop("Write a row of the kind profile for each server that the router used.")


class DecisionColumnsMissing(RouterFault):
    code = "PSR-RTR-048"
    cause = noop("The table of decisions lacks one of the columns kind, identifier, field, value.")
    consequence = noop("Nothing of it was taken, and nothing was started.")
    remedy = noop("Let the command write the table, and fill in its last column.")
