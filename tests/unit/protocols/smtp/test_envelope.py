"""What MAIL and RCPT say: each extension only when it is offered and needed."""

from typing import Any

import pytest

from passerelle.protocols.smtp.envelope import Envelope, envelope
from passerelle.protocols.smtp.session import Session

SENDER, BOTH = "crm@example.org", ("a@example.org", "b@example.org")
MESSAGE = b"Subject: hello\r\n\r\nfirst\r\n"
NOTIFY = b" NOTIFY=SUCCESS,FAILURE,DELAY"


def made(offers: dict[str, str], *, data: bytes = MESSAGE, **options: Any) -> Envelope:
    session = Session(None)  # type: ignore[arg-type]  # nothing is written
    session.offers = offers
    return envelope(session, SENDER, BOTH, data, **options)


@pytest.mark.parametrize(
    ("offers", "options", "mail", "notify"),
    [
        pytest.param({}, {}, b"", b"", id="nothing-offered"),
        pytest.param({"SIZE": ""}, {}, b" SIZE=25", b"", id="the-size"),
        pytest.param({"DSN": ""}, {}, b"", b"", id="no-receipt-wanted"),
        pytest.param({}, {"asks_delivered": True}, b"", b"", id="no-receipt-offered"),
        pytest.param(
            {"DSN": ""}, {"asks_delivered": True}, b" RET=HDRS", NOTIFY, id="receipt-asked-for"
        ),
        pytest.param(
            {"8BITMIME": ""},
            {"data": "Subject: x\r\n\r\né\r\n".encode()},
            b" BODY=8BITMIME",
            b"",
            id="eight-bits",
        ),
    ],
)
def test_envelope(
    offers: dict[str, str], options: dict[str, Any], mail: bytes, notify: bytes
) -> None:
    found = made(offers, **options)
    assert found.mail == b"MAIL FROM:<crm@example.org>" + mail
    assert found.rcpts == tuple(b"RCPT TO:<" + each.encode() + b">" + notify for each in BOTH)
