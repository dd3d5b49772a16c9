"""What MAIL and RCPT say: each extension only when it is offered and needed."""

from typing import Any

import pytest

from passerelle.protocols.smtp.envelope import Envelope, envelope
from passerelle.protocols.smtp.session import Session

SENDER, BOTH = "crm@example.org", ("a@example.org", "b@example.org")
MESSAGE = b"Subject: hello\r\n\r\nfirst\r\n"
NOTIFY = b" NOTIFY=SUCCESS,FAILURE,DELAY"


INTERNATIONAL = {"SMTPUTF8": "", "8BITMIME": ""}
ODD = "jörg@example.org"


def made(
    offers: dict[str, str],
    *,
    data: bytes = MESSAGE,
    sender: str = SENDER,
    to: tuple[str, ...] = BOTH,
    **options: Any,
) -> Envelope:
    session = Session(None)  # type: ignore[arg-type]  # nothing is written
    session.offers = offers
    return envelope(session, sender, to, data, **options)


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


HEADER = f"To: {ODD}\r\n\r\nx\r\n".encode()
UTF8 = b" SMTPUTF8"


@pytest.mark.parametrize(
    ("sender", "to", "data", "mail"),
    [
        pytest.param(SENDER, BOTH, MESSAGE, b"", id="nothing-needs-it"),
        pytest.param(SENDER, (*BOTH, ODD), MESSAGE, UTF8, id="a-recipient"),
        pytest.param(ODD, BOTH, MESSAGE, UTF8, id="the-sender"),
        pytest.param(SENDER, BOTH, HEADER, b" BODY=8BITMIME SMTPUTF8", id="the-header"),
        pytest.param(SENDER, ("a@exämple.org",), MESSAGE, b"", id="a-domain-is-written-in-ascii"),
    ],
)
def test_smtputf8_is_said_where_it_is_needed(
    sender: str, to: tuple[str, ...], data: bytes, mail: bytes
) -> None:
    found = made(INTERNATIONAL, sender=sender, to=to, data=data)
    assert found.mail == b"MAIL FROM:<" + sender.encode() + b">" + mail
    assert None not in found.rcpts


@pytest.mark.parametrize("offers", [{}, {"SMTPUTF8": ""}, {"8BITMIME": ""}])
def test_without_it_only_whose_address_needs_it_is_left_out(offers: dict[str, str]) -> None:
    found = made(offers, to=("a@example.org", ODD))
    assert found.mail == b"MAIL FROM:<crm@example.org>"
    assert found.rcpts == (b"RCPT TO:<a@example.org>", None)
