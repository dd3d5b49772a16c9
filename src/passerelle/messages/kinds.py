"""What an attachment is besides a file: signed, encrypted, a meeting, a card, a message.

By what its part says of itself (RFC 8551, RFC 3156, RFC 5546, RFC 6350), where that is silent by
its name, and for S/MIME by its first octets. Nothing is decrypted and no signature is checked.
"""

from enum import StrEnum

# For these a parameter of the type is worth reading; most parts have another.
PARAMETERS = {
    "application/pkcs7-mime": "smime-type",
    "application/x-pkcs7-mime": "smime-type",
    "text/calendar": "method",
    "application/ics": "method",
}


class Kind(StrEnum):
    """What an attachment is; FILE where it is nothing else."""

    FILE = ""
    SMIME_SIGNATURE = "smime-signature"
    SMIME_SIGNED = "smime-signed"  # what was signed lies within
    SMIME_ENCRYPTED = "smime-encrypted"
    SMIME = "smime"  # one of the two, and nothing says which
    PGP_SIGNATURE = "pgp-signature"
    PGP_ENCRYPTED = "pgp-encrypted"
    PGP_KEY = "pgp-key"
    MEETING_REQUEST = "meeting-request"
    MEETING_REPLY = "meeting-reply"
    MEETING_CANCELLED = "meeting-cancelled"
    MEETING_COUNTER = "meeting-counter"
    CALENDAR = "calendar"
    CARD = "card"
    MESSAGE = "message"
    TNEF = "tnef"


# Behind these there may be the whole text of an email, which is not shown.
CLOSED = frozenset({Kind.SMIME_SIGNED, Kind.SMIME_ENCRYPTED, Kind.SMIME, Kind.PGP_ENCRYPTED})

_TNEF_TYPES = ("application/ms-tnef", "application/vnd.ms-tnef")
_TNEF_NAMES = frozenset({"winmail.dat", "win.dat"})
_TYPES = {
    "application/pkcs7-signature": Kind.SMIME_SIGNATURE,
    "application/x-pkcs7-signature": Kind.SMIME_SIGNATURE,
    "application/pgp-signature": Kind.PGP_SIGNATURE,
    "application/pgp-encrypted": Kind.PGP_ENCRYPTED,
    "application/pgp-keys": Kind.PGP_KEY,
    "text/calendar": Kind.CALENDAR,
    "application/ics": Kind.CALENDAR,
    "text/vcard": Kind.CARD,
    "text/x-vcard": Kind.CARD,
    "text/directory": Kind.CARD,
    "message/rfc822": Kind.MESSAGE,
    "message/global": Kind.MESSAGE,
    **dict.fromkeys(_TNEF_TYPES, Kind.TNEF),
}
_ENDINGS = {
    "p7s": Kind.SMIME_SIGNATURE,
    "ics": Kind.CALENDAR,
    "vcf": Kind.CARD,
    "eml": Kind.MESSAGE,
    "pgp": Kind.PGP_ENCRYPTED,
    "gpg": Kind.PGP_ENCRYPTED,
}
_SMIME_TYPES = {
    "enveloped-data": Kind.SMIME_ENCRYPTED,
    "authenveloped-data": Kind.SMIME_ENCRYPTED,
    "signed-data": Kind.SMIME_SIGNED,
}
_OF_NO_LETTER = frozenset({"certs-only", "compressed-data"})
# The methods that somebody else has to do with; the others are calendars like any.
_METHODS = {
    "request": Kind.MEETING_REQUEST,
    "reply": Kind.MEETING_REPLY,
    "cancel": Kind.MEETING_CANCELLED,
    "counter": Kind.MEETING_COUNTER,
}
# ContentInfo of CMS (RFC 5652, 3) names its type in its first octets.
_OID = bytes.fromhex("2a864886f70d01")
_CONTENTS = {
    _OID + b"\x07\x02": Kind.SMIME_SIGNED,
    _OID + b"\x07\x03": Kind.SMIME_ENCRYPTED,
    _OID + b"\x09\x10\x01\x17": Kind.SMIME_ENCRYPTED,
}
_HEAD_BYTES = 40
_UNTOLD = frozenset({"application/octet-stream", "text/plain", ""})
_PGP_TEXT = "-----BEGIN PGP MESSAGE-----"


def kind_of(mimetype: str, filename: str, said: str = "", octets: bytes = b"") -> Kind:
    """What a part is. `said`: the parameter of its type that `PARAMETERS` names, if it has one."""
    _, dot, last = filename.rpartition(".")
    ending = last.lower() if dot else ""
    if PARAMETERS.get(mimetype) == "smime-type":
        return _smime(ending, said.lower(), octets)
    if mimetype in _TYPES:
        return _METHODS.get(said.lower(), _TYPES[mimetype]) if said else _TYPES[mimetype]
    if mimetype not in _UNTOLD:
        return Kind.FILE
    return _by_name(filename.lower(), ending, octets)


def is_tnef(mimetype: str, filename: str) -> bool:
    """Whether a part says that it is one, by its type or by the name that Outlook gives."""
    return mimetype in _TNEF_TYPES or filename.lower() in _TNEF_NAMES


def is_pgp_text(text: str) -> bool:
    """Whether a text is nothing but a message that PGP encrypted, as was done before PGP/MIME."""
    return text.lstrip().startswith(_PGP_TEXT)


def _by_name(filename: str, ending: str, octets: bytes) -> Kind:
    if filename in _TNEF_NAMES:
        return Kind.TNEF
    return _smime(ending, "", octets) if ending == "p7m" else _ENDINGS.get(ending, Kind.FILE)


def _smime(ending: str, said: str, octets: bytes) -> Kind:
    """Signed or encrypted: by its octets, then as it says."""
    if ending == "p7c" or said in _OF_NO_LETTER:
        return Kind.FILE
    head = octets[:_HEAD_BYTES]
    told = next((kind for mark, kind in _CONTENTS.items() if mark in head), None)
    return told or _SMIME_TYPES.get(said, Kind.SMIME)
