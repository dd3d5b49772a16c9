"""Every event of the log: its level and what it means. docs/logs.md is made from this.

An event tells what happened to which record, by key. It never carries a subject, a text, a secret
or an address: `FORBIDDEN` names the fields that no call may have, and what others write into an
error is masked before it is printed (`masking.py`).
"""

from dataclasses import dataclass

FORBIDDEN = frozenset(
    {
        *("address", "addresses", "account", "bcc", "body", "cc", "content", "data", "description"),
        *("email_address", "filename", "html", "message", "owner", "password", "passphrase"),
        *("recipient", "secret", "sender", "subject", "text", "title", "to_address", "token"),
        *("url", "user", "username", "value", "values"),
    }
)


@dataclass(frozen=True, slots=True)
class Event:
    """`error`: a person must act; `warning`: when it comes again; `info`: the course of work."""

    level: str
    meaning: str


EVENTS: dict[str, Event] = {
    "account.changed": Event(
        "info",
        "An administrator changed a sign-in account.",
    ),
    "account.created": Event(
        "info",
        "An administrator made a sign-in account.",
    ),
    "account.invited": Event(
        "info",
        "A person was invited to sign in, and the mail has left.",
    ),
    "address.cleared": Event(
        "info",
        "A person said that addresses are good to which email came back.",
    ),
    "address.named": Event(
        "info",
        "A person said whose an address is, or a command whose some are; so many parties mean it.",
    ),
    "address.naming-undone": Event("info", "A person took back whose an address is."),
    "alias.changed": Event(
        "info", "An alias of a user or a queue was added, asked for, approved or removed."
    ),
    "alert.closed": Event("info", "A person closed an alert that only a person closes."),
    "alert.held": Event(
        "error",
        "An alert could not be stored and is kept in memory until the database is back.",
    ),
    "backup.made": Event("info", "A backup lies whole under its name."),
    "backup.restored": Event(
        "info",
        "A backup became the database of this home, as a copy that rests.",
    ),
    "batch.refused": Event(
        "warning",
        "The database refused a batch of messages; it is tried in halves, so that one "
        "of them is found.",
    ),
    "bulk.started": Event("info", "A person set out to do one thing to many mailboxes."),
    "bulk.stopped": Event("info", "A person stopped what was being done to many mailboxes."),
    "command.broken": Event("error", "A command met an error of Passerelle's own."),
    "credential.changed": Event(
        "info",
        "A user name or password was stored; what was refused before no longer counts.",
    ),
    "credential.refused": Event(
        "warning",
        "A server refused a sign-in; it is not tried again before its time.",
    ),
    "credential.taken": Event(
        "info",
        "A server took credentials that it had refused before; what waited for them goes on.",
    ),
    "credentials.reencrypted": Event("info", "Passwords were encrypted anew by the current key."),
    "cursor.fell_back": Event(
        "warning",
        "A server counts its messages from below what was read; what is there is looked at again.",
    ),
    "email.answer_lost": Event(
        "warning",
        "Whether an email arrived is unknown: the connection was lost after it was "
        "handed over. A person decides.",
    ),
    "email.bounced": Event(
        "info",
        "A delivery report says that an email sent from here did not arrive; its page says where.",
    ),
    "email.cancelled": Event("info", "A person took back an email that waited."),
    "email.copy_filed": Event(
        "info",
        "A copy of a sent message lies in the Sent folder of its mailbox.",
    ),
    "email.handed_over": Event(
        "info",
        "An email was handed to a server, or refused by it; the state says which.",
    ),
    "email.said_sent": Event(
        "info",
        "A person said that an email whose answer was lost had arrived.",
    ),
    "email.sent_again": Event("info", "A person had an email sent again whose answer was lost."),
    "email.submitted": Event("info", "An email was handed in to be sent."),
    "email.untracked": Event("info", "A person had an email untracked; its record is removed."),
    "email.taken_back_in_time": Event(
        "info",
        "An email was taken back while it was being handed over, before the final dot.",
    ),
    "folder.chosen": Event(
        "info",
        "A person has a folder read beside the inbox of a mailbox.",
    ),
    "folder.followed": Event(
        "info",
        "A folder that is read was found under another name, and is read there.",
    ),
    "folder.left": Event(
        "info",
        "A person stopped the reading of a folder; what it brought stays.",
    ),
    "folders.requested": Event(
        "info",
        "A person asked for the list of a mailbox’s folders.",
    ),
    "heart.store_away": Event(
        "warning",
        "A heartbeat could not be stored, as the database does not answer.",
    ),
    "identity.forgotten": Event(
        "info",
        "An administrator took an identity of the provider from an account.",
    ),
    "identity.linked": Event(
        "info",
        "An identity of the provider was linked to a sign-in account.",
    ),
    "identity.not-linked": Event(
        "warning",
        "Somebody followed an invitation to the provider and was not let in; `code` says why.",
    ),
    "identity.role-kept": Event(
        "warning",
        "The provider's groups would leave nobody to administer; the role stayed.",
    ),
    "import.batch-refused": Event(
        "warning",
        "The database refused a batch of rows; it is tried in halves until the one is found.",
    ),
    "import.begun": Event(
        "info",
        "A person brought a table to import; nothing is written yet.",
    ),
    "import.ended": Event(
        "info",
        "An import came to its end, or its trial run did.",
    ),
    "import.started": Event(
        "info",
        "A person let an import write.",
    ),
    "import.stopped": Event(
        "info",
        "An import was stopped by a person; what it had committed stays.",
    ),
    "import.thrown-away": Event(
        "info",
        "A person threw an import away; its table is removed.",
    ),
    "incoming.read": Event("info", "A cycle read a mailbox and found something."),
    "invitations.asked": Event("info", "An administrator had invitations of many people sent."),
    "invitations.withdrawn": Event("info", "An administrator withdrew invitations."),
    "installation.confirmed": Event(
        "info",
        "A person said that this is the installation itself from now on.",
    ),
    "installation.declared_copy": Event("info", "A person said that this is a copy."),
    "installation.is_copy": Event(
        "warning",
        "This is a copy of an installation: it neither reads nor sends.",
    ),
    "keys.retired": Event("info", "A key was taken out of the key file."),
    "keys.rotated": Event("info", "Every password is encrypted by a new key."),
    "mailbox.changed": Event("info", "A mailbox was changed."),
    "mailbox.created": Event("info", "A user or queue got its mailbox."),
    "mailbox.credentials-changed": Event("info", "Credentials of a mailbox were changed."),
    "mailbox.tested": Event("info", "A test of a mailbox ended."),
    "mailboxes.approved": Event("info", "Addresses were approved."),
    "mailboxes.defaults-applied": Event("info", "Mailboxes got the default settings."),
    "mailboxes.rejected": Event("info", "Addresses were rejected."),
    "mailboxes.switched-off": Event("info", "Directions of mailboxes were switched off."),
    "mailboxes.test-requested": Event("info", "Tests of mailboxes were asked for."),
    "matching.caught-up": Event(
        "info", "Smart matching compares what was here before it was switched on, too."
    ),
    "message.unreadable": Event(
        "error",
        "A message broke the reader; it is kept whole in quarantine.",
    ),
    "migration.abandoned": Event("info", "A migration was thrown away."),
    "migration.activated": Event("info", "What a migration had staged was put to work."),
    "migration.answered": Event("info", "Questions of a migration were answered."),
    "migration.begun": Event("info", "The files of a router were read into a draft."),
    "migration.credentials-brought": Event(
        "info",
        "A table of credentials was read for a migration.",
    ),
    "migration.decided": Event(
        "info",
        "A table of decisions was read for a migration; refused, it changed nothing.",
    ),
    "migration.refused": Event("info", "The files of a router could not be taken."),
    "migration.salvaged": Event("info", "What refused files still say was kept for a table."),
    "migration.settled": Event(
        "info",
        "A person said whom some recipients of a router are, or left them.",
    ),
    "migration.started": Event("info", "A migration was started."),
    "migration.stopped": Event(
        "info",
        "A migration was stopped between two steps and goes on when it is asked for.",
    ),
    "migration.table-refused": Event(
        "info",
        "A table of profiles and recipients could not be taken.",
    ),
    "migration.undo-asked": Event("info", "A person asked to put back what a migration changed."),
    "migration.undone": Event("info", "What a migration had changed was put back."),
    "notice.failed": Event(
        "warning", "A notice of an alert could not leave by that way; it is tried again."
    ),
    "notice.sent": Event("info", "Mail of Passerelle's own left through the relay."),
    "notices.changed": Event("info", "The ways of notices of alerts were changed."),
    "openid.changed": Event(
        "info",
        "An administrator changed how people sign in at the provider.",
    ),
    "owner.told": Event(
        "info", "An email to the owner of a profile was queued: mailboxes fail, or do so no more."
    ),
    "place.repeated": Event("warning", "A server listed the same message twice in one listing."),
    "process.broken": Event(
        "error",
        "A process of passerelle run ended by an error of Passerelle's own.",
    ),
    "process.ended": Event(
        "warning",
        "A process of passerelle run ended; unless all end, it is started again.",
    ),
    "process.killed": Event(
        "warning",
        "A process did not end in time and was killed; its work goes on from its last commit.",
    ),
    "process.started": Event("info", "A process of passerelle run was started."),
    "profile.changed": Event("info", "An email server profile was changed."),
    "profile.created": Event("info", "An email server profile was made."),
    "profile.credentials-changed": Event("info", "Credentials of a profile were changed."),
    "profile.test-requested": Event("info", "A test of a profile was asked for."),
    "profile.tested": Event("info", "A test of a profile ended."),
    "take.done": Event(
        "info", "An ignored message that a person wanted tracked was read and decided again."
    ),
    "take.ended": Event("info", "An ignored message could not be tracked by hand; why is kept."),
    "quarantine.decided": Event("info", "A message in quarantine was taken, or tried again."),
    "reader.lost": Event(
        "warning",
        "The process that reads large batches of messages is gone; the worker reads by itself.",
    ),
    "relay.changed": Event("info", "The server for Passerelle's own mail was changed."),
    "records.merging": Event(
        "info",
        "A person merged two records; what pointed to the second is being moved to the first.",
    ),
    "retention.removed": Event("info", "What was kept for long enough was removed."),
    "secondfactor.proof-refused": Event(
        "warning",
        "The proof was wrong that taking a second factor away, or renewing its codes, asks for.",
    ),
    "secondfactor.recovery-used": Event(
        "info",
        "A recovery code opened a session; it opens none again.",
    ),
    "secondfactor.refused": Event(
        "warning",
        "A second factor was wrong, or its code was used before.",
    ),
    "secondfactor.removed": Event(
        "info",
        "A second factor was taken away.",
    ),
    "secondfactor.set": Event(
        "info",
        "A second factor was set up.",
    ),
    "sending.rate-added": Event("info", "A person limited what is sent to a domain."),
    "sending.rate-removed": Event("info", "A person took a limit of a domain away."),
    "sending.rests": Event(
        "info",
        "A limit of a server was met; a mailbox, or its mail to one domain, rests.",
    ),
    "session.begun": Event(
        "info",
        "Somebody signed in: by password, second factor, one-time link or provider.",
    ),
    "session.over": Event(
        "info",
        "A session had reached its age or had rested too long.",
    ),
    "session.refused": Event(
        "warning",
        "A user name and a password were not taken, or rest after too many tries.",
    ),
    "sessions.ended": Event(
        "info",
        "Sessions were ended by a person, or with a change of password or role.",
    ),
    "settings.changed": Event("info", "System settings were changed."),
    "settings.processing-switched": Event("info", "Somebody switched who processes email."),
    "tracking.never-added": Event("info", "Somebody added to a list of what is never tracked."),
    "tracking.never-removed": Event(
        "info", "Somebody removed from a list of what is never tracked."
    ),
    "records.made": Event("info", "Unknown senders became so many contacts and leads."),
    "records.taken-back": Event(
        "info",
        "A person took back records that were made automatically; so many were refused.",
    ),
    "tracking.rules-changed": Event("info", "The rules of tracking were changed."),
    "signin.changed": Event(
        "info",
        "An administrator changed how people sign in.",
    ),
    "store.away": Event("error", "The database does not answer; work waits for it."),
    "store.back": Event("info", "The database answers again."),
    "touch.dropped": Event(
        "info",
        "Marks owed to a server were dropped, as it counts its messages anew.",
    ),
    "upgrade.done": Event("info", "The database was migrated."),
    "upgrade.rehearsed": Event("info", "The migrations ran on a copy of the database."),
    "upkeep.changed": Event("info", "Retention or backups were changed."),
    "waves.changed": Event(
        "info",
        "A person started, paused, continued or stopped a plan of waves.",
    ),
    "waves.discarded": Event(
        "info",
        "A person threw a plan of waves away before it began.",
    ),
    "waves.done": Event(
        "info",
        "Every wave of a plan is through.",
    ),
    "waves.gaps-closed": Event(
        "info",
        "A person let mailboxes begin earlier, so that nothing is left out.",
    ),
    "waves.planned": Event(
        "info",
        "A person made a plan of waves.",
    ),
    "waves.started": Event(
        "info",
        "A wave began: its mailboxes are tested and enabled.",
    ),
    "work.broken": Event(
        "error",
        "Work met an error of Passerelle's own; it is tried again later.",
    ),
    "work.end_not_written": Event(
        "warning",
        "Work ended and the database could not be told; it is told when it is back.",
    ),
    "work.failed": Event("info", "Work ended by the fault of that code; its alert says more."),
    "work.lease_lost": Event(
        "info",
        "Another worker took over work while this one stood still; what was not "
        "committed was dropped.",
    ),
    "worker.discharged": Event("info", "A worker ended in order and gave its work back."),
    "worker.enlisted": Event("info", "A worker began."),
    "worker.removed_dead": Event("warning", "A worker gave no sign of life; its work was freed."),
    "worker.thread_lost": Event(
        "error",
        "A thread of a worker does not come back; the worker ends and is started again.",
    ),
    "worker.was_taken_for_dead": Event(
        "warning",
        "This worker stood still for longer than a lease and begins anew.",
    ),
}
