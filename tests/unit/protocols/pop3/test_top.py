"""What the headers of a message say of its receipt and its identity."""

from datetime import UTC, datetime

import pytest

from passerelle.protocols.pop3.top import message_id, received

OLD = b"Received: by b; Mon, 3 Feb 2025 10:00:00 +0000\r\n"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param(
            b"Received: from x by y\r\n\t; Tue, 4 Feb 2025 12:00:00 +0100\r\n" + OLD,
            datetime(2025, 2, 4, 11, tzinfo=UTC),
            id="the topmost, folded",
        ),
        pytest.param(
            b"Received: by y; Tue, 4 Feb 2025 12:00:00 -0000\r\n",
            datetime(2025, 2, 4, 12, tzinfo=UTC),
            id="without a zone",
        ),
        pytest.param(b"Received: by y\r\n" + OLD, None, id="the topmost without a date"),
        pytest.param(b"Received: by y; Tue, 99 Feb 2025\r\n", None, id="no such day"),
        pytest.param(b"Subject: x\r\n", None, id="none"),
        pytest.param(b"\xff\xfe\0", None, id="rubbish"),
    ],
)
def test_received(headers: bytes, expected: datetime | None) -> None:
    assert received(headers) == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (b"Message-ID: <a@b>\r\n", "a@b"),
        (b"message-id:\r\n <a@b>\r\n", "a@b"),
        (b"Subject: x\r\n", ""),
    ],
)
def test_message_id(headers: bytes, expected: str) -> None:
    assert message_id(headers) == expected
