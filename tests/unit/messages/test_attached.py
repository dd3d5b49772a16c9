"""Messages attached to a message are found whole, and nothing within them is opened."""

import pytest

from passerelle.messages import attached_messages

INNER = b"From: clara@customer.example\r\nSubject: An order\r\n\r\nTen, please.\r\n"
OTHER = b"From: paul@customer.example\r\n\r\nHello.\r\n"


def forward(*inner: bytes, mimetype: bytes = b"message/rfc822", encoding: bytes = b"") -> bytes:
    mark = b"b%d" % sum(map(len, inner))  # another one for what is within another
    head = (
        b"From: anna@example.com\r\nContent-Type: multipart/mixed; boundary=" + mark + b"\r\n\r\n"
    )
    parts = b"".join(
        b"--" + mark + b"\r\nContent-Type: " + mimetype + encoding + b"\r\n\r\n" + one + b"\r\n"
        for one in inner
    )
    return head + b"--" + mark + b"\r\n\r\nPlease see.\r\n" + parts + b"--" + mark + b"--\r\n"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param(b"Subject: x\r\n\r\ntext\r\n", [], id="a plain message holds none"),
        pytest.param(forward(INNER), [("2", INNER)], id="one message"),
        pytest.param(forward(INNER, OTHER), [("2", INNER), ("3", OTHER)], id="several"),
        pytest.param(
            forward(INNER, mimetype=b"message/global"), [("2", INNER)], id="with UTF-8 headers"
        ),
        pytest.param(
            forward(
                b"RnJvbTogYUBleGFtcGxlLmNvbQ0KDQp4DQo=",
                encoding=b"\r\nContent-Transfer-Encoding: base64",
            ),
            [("2", b"From: a@example.com\r\n\r\nx\r\n")],
            id="encoded, against RFC 2046",
        ),
        pytest.param(
            b"Content-Type: message/rfc822\r\n\r\n" + INNER, [("1", INNER)], id="without multipart"
        ),
        pytest.param(
            forward(forward(INNER)), [("2", forward(INNER))], id="one within another stays there"
        ),
        pytest.param(
            forward(b"x", mimetype=b"text/rfc822-headers"), [], id="headers alone are no message"
        ),
    ],
)
def test_attached_messages(raw: bytes, expected: list[tuple[str, bytes]]) -> None:
    found = [(str(one.part), one.data.rstrip(b"\r\n")) for one in attached_messages(raw)]
    assert found == [(part, data.rstrip(b"\r\n")) for part, data in expected]


def test_their_number_is_bounded() -> None:
    assert len(attached_messages(forward(*[OTHER] * 150))) == 100
