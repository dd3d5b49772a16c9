"""Whether a direction may run now, and asking for the work of those that may."""

from collections.abc import Iterable
from itertools import islice

from django.db.models import Q, QuerySet

from passerelle.engine.services import Asked, HostLimits, ask_many, store_faults
from passerelle.faults import Fault
from passerelle.mailboxes.models import EmailServerProfile, Mailbox, SystemSettings
from passerelle.mailboxes.models.choices import Direction
from passerelle.mailboxes.services.hindrances import cannot_run

RELATED = (
    "systemuser",
    "queue",
    "profile__incoming_credential",
    "profile__outgoing_credential",
    "incoming_credential",
    "outgoing_credential",
)
# All that `cannot_run` and `asked` look at: whole rows of 40,000 mailboxes take twice as long.
_LOOKED_AT = (
    "name", "email_address", "statecode", "approval", "allow_credentials", "profile",
    "incoming_method", "outgoing_method", "enabled_for_incoming", "enabled_for_outgoing",
    "systemuser__is_disabled", "queue__statecode",
    "incoming_credential__ciphertext", "outgoing_credential__ciphertext",
)  # fmt: skip
CHUNK = 1000
HOST_CHARS = 255


def current_settings() -> SystemSettings:
    """The one row of settings, made with our defaults where there is none."""
    found = SystemSettings.objects.first()
    return found or SystemSettings.objects.get_or_create(only=True)[0]


def host_limits() -> HostLimits:
    """What one server is given to do, as the settings say now. Raises `StoreFault`."""
    with store_faults():
        settings = current_settings()
        return HostLimits(settings.host_connections, settings.host_sign_ins)


def may_process(
    mailbox: Mailbox, direction: Direction, settings: SystemSettings | None = None
) -> Fault | None:
    """Why this direction must not run now, or None. `settings` spares a query."""
    return cannot_run(mailbox, direction, settings or current_settings())


def schedule(mailboxes: QuerySet[Mailbox] | Iterable[Mailbox]) -> int:
    """Ask now for both directions of each mailbox as far as they may run; says how many.

    May be called in a transaction: the work is stored with the change that made it possible.
    """
    settings = current_settings()
    if isinstance(mailboxes, QuerySet):
        mailboxes = (
            mailboxes.filter(Q(enabled_for_incoming=True) | Q(enabled_for_outgoing=True))
            .select_related("systemuser", "queue", "incoming_credential", "outgoing_credential")
            .prefetch_related("profile__incoming_credential", "profile__outgoing_credential")
            .only(*_LOOKED_AT)
            .iterator(chunk_size=CHUNK)
        )
    count = 0
    source = iter(mailboxes)
    while chunk := list(islice(source, CHUNK)):
        for direction in Direction:
            runnable = [box for box in chunk if cannot_run(box, direction, settings) is None]
            ask_many(direction.value, [asked(box, direction) for box in runnable])
            count += len(runnable)
    return count


def asked(mailbox: Mailbox, direction: Direction) -> Asked:
    """The work of one direction: its lane is the profile, so that the profile's limit holds."""
    profile = mailbox.profile
    if profile is None:
        return Asked(mailbox.pk)
    return Asked(
        mailbox.pk,
        lane=str(profile.pk),
        lane_limit=profile.max_concurrent_connections,
        host=host_of(profile, direction),
    )


def host_of(profile: EmailServerProfile, direction: Direction) -> str:
    """The server of a direction; limits and refusals hang on it over all profiles."""
    incoming = direction == Direction.INCOMING
    location = profile.incoming_location if incoming else profile.outgoing_location
    return location.strip().lower()[:HOST_CHARS]
