"""What an attachment is besides a file: by its type, its name, its first octets."""

import pytest

from passerelle.messages import Kind, is_pgp_text, kind_of, parse

SIGNED = bytes.fromhex("3080 0609 2a864886f70d010702 a080")  # indefinite length, as Outlook writes
ENVELOPED = bytes.fromhex("30820100 0609 2a864886f70d010703 a082")
AUTH_ENVELOPED = bytes.fromhex("30820100 060b 2a864886f70d0109100117 a082")


@pytest.mark.parametrize(
    ("mimetype", "filename", "said", "octets", "expected"),
    [
        ("application/pdf", "a.pdf", "", b"", Kind.FILE),
        ("application/pkcs7-signature", "smime.p7s", "", b"", Kind.SMIME_SIGNATURE),
        ("application/x-pkcs7-signature", "", "", b"", Kind.SMIME_SIGNATURE),
        ("application/octet-stream", "smime.P7S", "", b"", Kind.SMIME_SIGNATURE),
        ("application/pkcs7-mime", "smime.p7m", "enveloped-data", b"", Kind.SMIME_ENCRYPTED),
        ("application/pkcs7-mime", "smime.p7m", "authEnveloped-data", b"", Kind.SMIME_ENCRYPTED),
        ("application/pkcs7-mime", "smime.p7m", "signed-data", b"", Kind.SMIME_SIGNED),
        ("application/pkcs7-mime", "smime.p7m", "signed-data", ENVELOPED, Kind.SMIME_ENCRYPTED),
        ("application/x-pkcs7-mime", "smime.p7m", "", SIGNED, Kind.SMIME_SIGNED),
        ("application/x-pkcs7-mime", "", "", AUTH_ENVELOPED, Kind.SMIME_ENCRYPTED),
        ("application/octet-stream", "smime.p7m", "", ENVELOPED, Kind.SMIME_ENCRYPTED),
        ("application/pkcs7-mime", "smime.p7m", "", b"", Kind.SMIME),
        ("application/pkcs7-mime", "smime.p7m", "unheard-of", b"", Kind.SMIME),
        ("application/pkcs7-mime", "smime.p7c", "certs-only", SIGNED, Kind.FILE),
        ("application/pkcs7-mime", "smime.p7c", "", b"", Kind.FILE),
        ("application/pkcs7-mime", "smime.p7z", "compressed-data", b"", Kind.FILE),
        ("application/pgp-signature", "signature.asc", "", b"", Kind.PGP_SIGNATURE),
        ("application/pgp-encrypted", "", "", b"", Kind.PGP_ENCRYPTED),
        ("application/octet-stream", "letter.pdf.gpg", "", b"", Kind.PGP_ENCRYPTED),
        ("application/pgp-keys", "key.asc", "", b"", Kind.PGP_KEY),
        ("text/calendar", "", "REQUEST", b"", Kind.MEETING_REQUEST),
        ("text/calendar", "", "reply", b"", Kind.MEETING_REPLY),
        ("text/calendar", "", "Cancel", b"", Kind.MEETING_CANCELLED),
        ("text/calendar", "", "COUNTER", b"", Kind.MEETING_COUNTER),
        ("text/calendar", "", "PUBLISH", b"", Kind.CALENDAR),
        ("text/calendar", "", "", b"", Kind.CALENDAR),
        ("application/ics", "invite.ics", "REQUEST", b"", Kind.MEETING_REQUEST),
        ("application/octet-stream", "invite.ics", "", b"", Kind.CALENDAR),
        ("text/vcard", "", "", b"", Kind.CARD),
        ("text/x-vcard", "marie.vcf", "", b"", Kind.CARD),
        ("application/octet-stream", "marie.VCF", "", b"", Kind.CARD),
        ("message/rfc822", "", "", b"", Kind.MESSAGE),
        ("message/delivery-status", "", "", b"", Kind.FILE),
        ("application/octet-stream", "old.eml", "", b"", Kind.MESSAGE),
        ("application/ms-tnef", "winmail.dat", "", b"", Kind.TNEF),
        ("application/octet-stream", "Winmail.dat", "", b"", Kind.TNEF),
        ("image/png", "x.p7m", "", b"", Kind.FILE),
        ("application/octet-stream", "p7m", "", b"", Kind.FILE),
        ("application/octet-stream", "", "", b"", Kind.FILE),
    ],
)
def test_kind(mimetype: str, filename: str, said: str, octets: bytes, expected: Kind) -> None:
    assert kind_of(mimetype, filename, said, octets) is expected


def kinds(*parts: str, container: str = "multipart/mixed") -> list[Kind]:
    body = "".join(f"--b\r\n{part}\r\n" for part in parts)
    head = f'Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: {container}; boundary="b"\r\n\r\n'
    return [one.kind for one in parse(f"{head}{body}--b--\r\n".encode()).attachments]


def test_a_parameter_of_the_type_is_read() -> None:
    assert kinds(
        "Content-Type: text/plain\r\n\r\nhello",
        'Content-Type: text/calendar; method="REQUEST"\r\n\r\nBEGIN:VCALENDAR',
        "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\n\r\nx",
        "Content-Type: application/pdf; method=request\r\n\r\nx",
    ) == [Kind.MEETING_REQUEST, Kind.SMIME_SIGNED, Kind.FILE]


def test_what_follows_the_version_of_pgp_is_the_message() -> None:
    assert kinds(
        "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1",
        "Content-Type: application/octet-stream; name=encrypted.asc\r\n\r\n-----BEGIN",
        "Content-Type: application/octet-stream; name=other.bin\r\n\r\nx",
        container="multipart/encrypted; protocol=application/pgp-encrypted",
    ) == [Kind.PGP_ENCRYPTED, Kind.PGP_ENCRYPTED, Kind.FILE]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("\n-----BEGIN PGP MESSAGE-----\n\nhQ", True, id="encrypted"),
        pytest.param("-----BEGIN PGP SIGNED MESSAGE-----\nHello", False, id="signed"),
        pytest.param("See -----BEGIN PGP MESSAGE-----", False, id="told-of"),
    ],
)
def test_a_text_that_pgp_encrypted(text: str, *, expected: bool) -> None:
    assert is_pgp_text(text) is expected
