"""What must be secret or proven: stored passwords, the pages' address, servers' certificates."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from cryptography import x509
from django.utils.translation import gettext as _

from passerelle.configuration import Config
from passerelle.faults import Fault
from passerelle.faults.monitoring import (
    CertificateEnds,
    PagesNotReached,
    PagesWithoutTls,
    ProxyNotNamed,
)
from passerelle.faults.settings import KeyFileMissing
from passerelle.mailboxes.services import certificates_seen, password_counts, unreadable_passwords
from passerelle.monitoring.findings import Finding, good, wrong

SOON = timedelta(days=21)
ANSWER_SECONDS = 4.0
HTTPS_PORT = 443
LOOPBACK = ("127.", "localhost", "[::1]")


def passwords(config: Config, *, deep: bool) -> Iterator[Finding]:
    """Each key that encrypted one is there and opens it; `deep`: each of them opens."""
    name, counts = _("Stored passwords"), password_counts()
    stored = sum(counts.values())
    if stored and not config.key_file.exists():
        yield wrong(name, KeyFileMissing(file=str(config.key_file), count=stored))
        return
    fault: Fault | None = next(unreadable_passwords(every=deep), None)
    if fault is not None:
        yield wrong(name, fault)
    else:
        yield good(name, _("stored: {count}, and the key file opens them").format(count=stored))


def certificates() -> Iterator[Finding]:
    """Those that tests of mailboxes met, a server once, the first to end first."""
    name, today = _("Certificates"), datetime.now(UTC).date()
    seen = certificates_seen()
    ending = sorted((day, host) for host, day in seen.items() if day - today < SOON)
    for day, host in ending:
        yield wrong(name, CertificateEnds(host=host, date=day.isoformat()))
    if seen and not ending:
        text = _("servers: {count}; the first one ends on {date}")
        yield good(name, text.format(count=len(seen), date=min(seen.values()).isoformat()))


def address_of_pages(config: Config) -> Iterator[Finding]:
    """Whether people come in by TLS, through a proxy that is named. Asks nobody."""
    name = _("Address of the pages")
    address = config.public_url or f"http://{config.listen}"
    if address.startswith("https://") and not config.trusted_proxies.strip():
        yield wrong(name, ProxyNotNamed(address=address))
    elif address.startswith("https://") or (
        config.listen.startswith(LOOPBACK) and not (config.public_url)
    ):
        yield good(name, address)
    else:
        yield wrong(name, PagesWithoutTls(address=address))


def pages_from_outside(config: Config) -> Iterator[Finding]:
    """Whether that address answers with a certificate that can be trusted, and until when."""
    parts = urlsplit(config.public_url)
    if parts.scheme != "https" or not parts.hostname:
        return
    name = _("Certificate of the pages")
    try:
        ends = _certificate_end(parts.hostname, parts.port or HTTPS_PORT)
    except (OSError, ValueError) as error:
        yield wrong(name, PagesNotReached(address=config.public_url, answer=str(error)))
        return
    if ends - datetime.now(UTC).date() < SOON:
        yield wrong(name, CertificateEnds(host=parts.hostname, date=ends.isoformat()))
    else:
        yield good(name, _("ends on {date}").format(date=ends.isoformat()))


def _certificate_end(host: str, port: int) -> date:
    context = ssl.create_default_context()
    with (
        socket.create_connection((host, port), ANSWER_SECONDS) as plain,
        context.wrap_socket(plain, server_hostname=host) as encrypted,
    ):
        certificate = x509.load_der_x509_certificate(encrypted.getpeercert(binary_form=True) or b"")
        return certificate.not_valid_after_utc.date()
