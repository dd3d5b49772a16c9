"""What stands in the way of a direction of a mailbox: pure looks at loaded rows.

Two questions are apart. Can a connection be made (`cannot_connect`: Test and Enable asks it, too),
and may the cycles run now (`cannot_run`: the switch and the decisions of people on top of it).
Whether a server refuses or is away is no hindrance here: that is told by trying.
"""

from passerelle.faults import Fault
from passerelle.faults.mailboxes import (
    AddressMissing,
    CredentialsCannotRun,
    CredentialsNotAllowed,
    MailboxInactive,
    NotApproved,
    NotEnabled,
    NotServerSide,
    PasswordMissing,
    ProcessedByRouter,
    ProfileInactive,
    ProfileMissing,
    ProtocolCannotRun,
    ServerMissing,
)
from passerelle.mailboxes.models import Credential, EmailServerProfile, Mailbox, SystemSettings
from passerelle.mailboxes.models.choices import (
    AccessApproval,
    CredentialRetrieval,
    DeliveryMethod,
    Direction,
    ProcessEmailUsing,
)
from passerelle.mailboxes.models.profile import State
from passerelle.mailboxes.services.standing import copy_hindrance


def cannot_run(mailbox: Mailbox, direction: Direction, settings: SystemSettings) -> Fault | None:
    """Why the cycles of this direction must not run now, or None."""
    if settings.process_email_using == ProcessEmailUsing.EMAIL_ROUTER:
        return ProcessedByRouter(mailbox=mailbox.name)
    if not is_server_side(mailbox, direction):
        return NotServerSide(mailbox=mailbox.name)
    if not is_enabled(mailbox, direction):
        return NotEnabled(mailbox=mailbox.name)
    return cannot_connect(mailbox, direction, settings)


def cannot_connect(
    mailbox: Mailbox, direction: Direction, settings: SystemSettings
) -> Fault | None:
    """Why no server may be asked for this direction, or None. A copy asks none at all."""
    return (
        copy_hindrance(settings)
        or cannot_belong(mailbox, settings)
        or _profile_hindrance(mailbox, direction)
    )


def is_enabled(mailbox: Mailbox, direction: Direction) -> bool:
    """Whether a person (by a test that passed) enabled the direction."""
    if direction == Direction.INCOMING:
        return mailbox.enabled_for_incoming
    return mailbox.enabled_for_outgoing


def is_server_side(mailbox: Mailbox, direction: Direction) -> bool:
    """Whether the delivery method gives the direction to Passerelle (or to a router)."""
    incoming = direction == Direction.INCOMING
    method = mailbox.incoming_method if incoming else mailbox.outgoing_method
    return method == DeliveryMethod.SERVER_SIDE


def needs_approval(mailbox: Mailbox, settings: SystemSettings) -> bool:
    """Whether the address must be approved before its email is processed."""
    if mailbox.queue_id is not None:
        return settings.require_approval_for_queues
    return settings.require_approval_for_users


def retrieval_of(profile: EmailServerProfile, direction: Direction) -> CredentialRetrieval:
    """Where the credentials of a direction are kept."""
    if direction == Direction.INCOMING:
        return CredentialRetrieval(profile.incoming_credential_retrieval)
    return CredentialRetrieval(profile.outgoing_credential_retrieval)


def credential_of(mailbox: Mailbox, direction: Direction) -> Credential | None:
    """The credential that a direction signs in with; None for an anonymous or an unset one."""
    profile = mailbox.profile
    if profile is None:
        return None
    incoming = direction == Direction.INCOMING
    match retrieval_of(profile, direction):
        case CredentialRetrieval.MAILBOX:
            return mailbox.incoming_credential if incoming else mailbox.outgoing_credential
        case CredentialRetrieval.PROFILE:
            return profile.incoming_credential if incoming else profile.outgoing_credential
        case _:
            return None


def cannot_belong(mailbox: Mailbox, settings: SystemSettings) -> Fault | None:
    """Why no email of this mailbox's address is anybody's business here, or None."""
    if mailbox.statecode != State.ACTIVE or not _person_is_active(mailbox):
        return MailboxInactive(mailbox=mailbox.name)
    if not mailbox.email_address:
        return AddressMissing(mailbox=mailbox.name)
    if needs_approval(mailbox, settings) and mailbox.approval != AccessApproval.APPROVED:
        return NotApproved(mailbox=mailbox.name)
    return None


def _person_is_active(mailbox: Mailbox) -> bool:
    if mailbox.systemuser is not None:
        return not mailbox.systemuser.is_disabled
    return mailbox.queue is None or mailbox.queue.statecode == State.ACTIVE


def _profile_hindrance(mailbox: Mailbox, direction: Direction) -> Fault | None:
    profile = mailbox.profile
    if profile is None:
        return ProfileMissing(mailbox=mailbox.name)
    if profile.statecode != State.ACTIVE:
        return ProfileInactive(profile=profile.name)
    incoming = direction == Direction.INCOMING
    if not (profile.incoming_can_run if incoming else profile.outgoing_can_run):
        return ProtocolCannotRun(profile=profile.name)
    if not (profile.incoming_location if incoming else profile.outgoing_location):
        return ServerMissing(profile=profile.name)
    return _credential_hindrance(mailbox, profile, direction)


def _credential_hindrance(
    mailbox: Mailbox, profile: EmailServerProfile, direction: Direction
) -> Fault | None:
    retrieval = retrieval_of(profile, direction)
    if retrieval == CredentialRetrieval.ANONYMOUS and direction == Direction.OUTGOING:
        return None
    if retrieval not in {CredentialRetrieval.MAILBOX, CredentialRetrieval.PROFILE}:
        return CredentialsCannotRun(profile=profile.name)
    own = retrieval == CredentialRetrieval.MAILBOX
    if own and not mailbox.allow_credentials:
        return CredentialsNotAllowed(mailbox=mailbox.name)
    credential = credential_of(mailbox, direction)
    if credential is None or not credential.is_password_set:
        return PasswordMissing(owner=mailbox.name if own else profile.name)
    return None
