"""Messages that a generator makes: well-formed at first, then with some octets in the way."""

from hypothesis import strategies as st

_CHARSETS = ["utf-8", "iso-8859-1", "windows-1252", "us-ascii", "utf-7", "koi8-r", "nonsense"]
_ENCODINGS = ["7bit", "8bit", "base64", "quoted-printable", "x-uuencode", "binary", "nonsense"]
_TYPES = [
    "text/plain",
    "text/html",
    "text",
    "application/pdf; name=plan.pdf",
    "application/ms-tnef",
    "message/rfc822",
    "message/delivery-status",
    "text/calendar; method=REQUEST",
    "application/pkcs7-mime; smime-type=enveloped-data",
]
_SUBJECTS = [
    "Offer",
    "Re: Offre n° 7",
    "=?utf-8?Q?Id=C3=A9es?=",
    "=?utf-8?B?broken",
    "",
    "\x7f\x08",
]
_LINES = st.binary(max_size=200).map(lambda octets: octets.translate(None, b"\0\r"))


def _leaf(kind: str, charset: str, encoding: str, body: bytes) -> bytes:
    header = f"Content-Type: {kind}; charset={charset}\nContent-Transfer-Encoding: {encoding}\n\n"
    return header.encode() + body


def _container(subtype: str, parts: list[bytes]) -> bytes:
    mark = f"=_{len(parts)}_{sum(map(len, parts))}"
    header = f'Content-Type: multipart/{subtype}; boundary="{mark}"\n\n'.encode()
    return header + b"".join(b"--%b\n%b\n" % (mark.encode(), part) for part in parts)


_PARTS = st.recursive(
    st.builds(
        _leaf, st.sampled_from(_TYPES), st.sampled_from(_CHARSETS),
        st.sampled_from(_ENCODINGS), _LINES,
    ),
    lambda parts: st.builds(
        _container,
        st.sampled_from(["mixed", "alternative", "related", "signed", "report", "digest"]),
        st.lists(parts, max_size=4),
    ),
    max_leaves=8,
)  # fmt: skip


@st.composite
def messages(draw: st.DrawFn) -> bytes:
    """A message as it lies in a Maildir, with the line ends of its machine."""
    number = draw(st.integers(0, 2**40))
    subject = draw(st.sampled_from(_SUBJECTS))
    header = (
        f"From: Carla <carla{number % 9}@customer.example>\nTo: anna@example.org\n"
        f"Subject: {subject}\nMessage-ID: <{number}@made.example>\nMIME-Version: 1.0\n"
    )
    whole = header.encode() + draw(_PARTS)
    at = draw(st.integers(0, len(whole)))
    noise = draw(st.one_of(st.just(b""), _LINES))
    return whole[:at] + noise + whole[at:]
