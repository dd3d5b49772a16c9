"""What is weak in a profile: faults that pages show and tests warn of. Pure looks at its row."""

from datetime import date, datetime, timedelta

from passerelle.faults import Fault
from passerelle.faults.mail.protocols import CertificateExpiring, OldTls
from passerelle.faults.mailboxes import CertificateNotVerified, ConnectionUnencrypted
from passerelle.faults.profiles import AuthorityExpiring, RelayWithoutSignIn
from passerelle.mailboxes.models import EmailServerProfile
from passerelle.mailboxes.models.choices import CredentialRetrieval, Direction
from passerelle.mailboxes.profiles.authorities import authorities_in
from passerelle.protocols.interfaces import Security, TlsVersion

SOON = timedelta(days=21)


def all_weaknesses_of(profile: EmailServerProfile, now: datetime) -> list[Fault]:
    """Of both connections and of the authorities."""
    found = [one for direction in Direction for one in weaknesses_of(profile, direction, now)]
    return [*found, *authorities_ending(profile, now)]


def weaknesses_of(profile: EmailServerProfile, direction: Direction, now: datetime) -> list[Fault]:
    """What an administrator should know of one connection; nothing of one that cannot run."""
    if not getattr(profile, f"{direction}_can_run"):
        return []
    host = getattr(profile, f"{direction}_location")
    if not host:
        return []
    found = _of_encryption(profile, direction, host, now.date())
    retrieval = getattr(profile, f"{direction}_credential_retrieval")
    if direction == Direction.OUTGOING and retrieval == CredentialRetrieval.ANONYMOUS:
        found.append(RelayWithoutSignIn(host=host))
    return found


def authorities_ending(profile: EmailServerProfile, now: datetime) -> list[Fault]:
    """The profile's own authorities that end soon, or did."""
    return [
        AuthorityExpiring(name=one.name, day=f"{one.ends:%Y-%m-%d}")
        for one in authorities_in(profile.authorities)
        if one.ends - now <= SOON
    ]


def _of_encryption(
    profile: EmailServerProfile, direction: Direction, host: str, today: date
) -> list[Fault]:
    if getattr(profile, f"{direction}_security") == Security.NONE.value:
        return [ConnectionUnencrypted(host=host)]
    found: list[Fault] = []
    if not getattr(profile, f"{direction}_verify"):
        found.append(CertificateNotVerified(host=host))
    if TlsVersion(profile.oldest_tls).is_weak:
        found.append(OldTls(host=host, version=profile.oldest_tls))
    ends: date | None = getattr(profile, f"{direction}_certificate_ends")
    if ends is not None and ends - today <= SOON:
        found.append(CertificateExpiring(host=host, days=max(0, (ends - today).days)))
    return found
