"""Makes a connection encrypted: TLS 1.2 or newer, verified, unless the endpoint says otherwise.

Contexts are kept: loading the authorities of a machine costs some 15 ms, more than the handshake.
RFC 8446 and RFC 6125; errors of the library end here.
"""

import functools
import socket
import ssl
import warnings

from cryptography import x509

from passerelle.faults.mail.protocols import CertificateRefused, EncryptionFailed
from passerelle.protocols.interfaces import Endpoint, TlsVersion

NAME_CHARS = 120  # of a subject or an issuer that is shown
_VERSIONS = {
    TlsVersion.TLS_1_0: ssl.TLSVersion.TLSv1,
    TlsVersion.TLS_1_1: ssl.TLSVersion.TLSv1_1,
    TlsVersion.TLS_1_2: ssl.TLSVersion.TLSv1_2,
    TlsVersion.TLS_1_3: ssl.TLSVersion.TLSv1_3,
}


def encrypted(plain: socket.socket, endpoint: Endpoint) -> ssl.SSLSocket:
    """The same connection after the handshake; the caller closes `plain` when this raises."""
    plain.settimeout(endpoint.limits.connect_seconds)
    try:
        context = _context(
            endpoint.verify,
            endpoint.authorities,
            endpoint.oldest_tls,
            ssl.get_default_verify_paths(),
        )
        return context.wrap_socket(plain, server_hostname=endpoint.host)
    except ssl.SSLCertVerificationError as error:
        raise CertificateRefused(host=endpoint.host, reason=error.verify_message) from error
    except TimeoutError as error:
        raise _failed(endpoint, "time-out") from error
    except ssl.SSLError as error:
        raise _failed(endpoint, error.reason or "SSL") from error
    except (OSError, ValueError) as error:  # ValueError: a name or file that cannot be used
        raise _failed(endpoint, str(error)) from error


def described(encrypted_socket: ssl.SSLSocket) -> str:
    """Version, cipher, whose certificate by whom, and the day on which it ends, which is last.

    `TLSv1.3, TLS_AES_256_GCM_SHA384, CN=mail.example.com, CN=Our authority, 2027-01-31`
    """
    cipher = encrypted_socket.cipher()
    said = [encrypted_socket.version() or "TLS", *([cipher[0]] if cipher else [])]
    certificate = _certificate(encrypted_socket.getpeercert(binary_form=True))
    if certificate is not None:
        names = (certificate.subject, certificate.issuer)
        said += [name.rfc4514_string()[:NAME_CHARS] for name in names]
        said.append(f"{certificate.not_valid_after_utc:%Y-%m-%d}")
    return ", ".join(said)


def _certificate(der: bytes | None) -> x509.Certificate | None:
    """None when it cannot be read, which only unverified ones may."""
    if not der:
        return None
    try:
        return x509.load_der_x509_certificate(der)
    except ValueError:
        return None


@functools.lru_cache(maxsize=16)
def _context(
    verify: bool,  # noqa: FBT001 - the key of the cache
    authorities: str,
    oldest: TlsVersion,
    trusted: ssl.DefaultVerifyPaths,
) -> ssl.SSLContext:
    """A context; `trusted` is part of the key so that another SSL_CERT_FILE is noticed."""
    del trusted
    context = ssl.create_default_context()
    _allow_from(context, oldest)
    if authorities:
        context.load_verify_locations(cadata=authorities)
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _allow_from(context: ssl.SSLContext, oldest: TlsVersion) -> None:
    if oldest.is_weak:
        # OpenSSL 3 refuses these versions, and the small keys of such servers, above level 0.
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with warnings.catch_warnings():  # Python calls the weak ones deprecated; so do our pages
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = _VERSIONS[oldest]


def _failed(endpoint: Endpoint, reason: str) -> EncryptionFailed:
    return EncryptionFailed(host=endpoint.host, port=endpoint.port, reason=reason)
