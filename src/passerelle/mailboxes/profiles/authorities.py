"""Certificate authorities that a profile trusts beside those of this machine (PEM). Pure.

Only certificates are kept, in a form of ours: a private key that was pasted along is refused, so
that it is never stored.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from passerelle.faults import noop

MOST_CHARS = 65_536
MOST_CERTIFICATES = 20


class NotAuthorities(ValueError):
    """The text is no list of authorities; its message is a sentence of ours (`noop`)."""


@dataclass(frozen=True, slots=True)
class Authority:
    """One certificate, as pages show it."""

    name: str
    ends: datetime


def normal_form(pem: str) -> str:
    """The certificates alone, one after the other. Raises `NotAuthorities`."""
    return "".join(one.public_bytes(Encoding.PEM).decode("ascii") for one in _certificates(pem))


def authorities_in(pem: str) -> list[Authority]:
    """Whom a stored text names; nobody when it cannot be read any more."""
    try:
        found = _certificates(pem)
    except NotAuthorities:
        return []
    return [
        Authority(one.subject.rfc4514_string()[:200], one.not_valid_after_utc.astimezone(UTC))
        for one in found
    ]


def _certificates(pem: str) -> list[x509.Certificate]:
    if not pem.strip():
        return []
    if len(pem) > MOST_CHARS:
        raise NotAuthorities(noop("This text is too long for certificates."))
    if "PRIVATE KEY" in pem:
        raise NotAuthorities(noop("This text holds a private key. Paste certificates only."))
    try:
        found = x509.load_pem_x509_certificates(pem.encode("ascii"))
    except ValueError as error:  # UnicodeEncodeError is one
        raise NotAuthorities(noop("These are no certificates in PEM form.")) from error
    if len(found) > MOST_CERTIFICATES:
        raise NotAuthorities(noop("More than 20 certificates are not kept in a profile."))
    if not all(_signs(one) for one in found):
        raise NotAuthorities(
            noop("One of these certificates is not that of an authority, nor signed by itself.")
        )
    return found


def _signs(certificate: x509.Certificate) -> bool:
    """An authority, or a server's certificate that nobody else signed."""
    if certificate.subject == certificate.issuer:
        return True
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    except (x509.ExtensionNotFound, ValueError):
        return False
    return constraints.value.ca
