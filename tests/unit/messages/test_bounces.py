"""What reports say, in the shapes in which servers write them, and for anything at all."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.faults import Fault
from passerelle.messages import Confirmed, MailReport, Receipt, Undelivered, parse, report_of

ID = "<1@example.com>"
RETURNED = f"From: anna@example.com\nMessage-ID: {ID}\nSubject: Your order\n\nTen pieces.\n"


def report(
    status: str,
    returned: str = RETURNED,
    *,
    status_type: str = "message/delivery-status",
    returned_type: str = "message/rfc822",
    more: str = "",
) -> bytes:
    """A report of RFC 6522; `more` are further header lines."""
    text = (
        f"From: MAILER-DAEMON@mail.example.org (Mail Delivery System)\nTo: anna@example.com\n{more}"
        "Subject: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        "--b\nContent-Type: text/plain\n\nI'm sorry to have to inform you.\n\n"
        f"--b\nContent-Type: {status_type}\n\nReporting-MTA: dns; mail.example.org\n\n{status}\n"
        f"--b\nContent-Type: {returned_type}\n\n{returned}\n--b--\n"
    )
    return text.replace("\n", "\r\n").encode()


def prose(text: str, sender: str = "MAILER-DAEMON@mail.example.org", more: str = "") -> bytes:
    """A message of a server that writes for people alone."""
    head = f"Return-Path: <>\nFrom: {sender}\nTo: anna@example.com\nSubject: failure notice\n{more}"
    return f"{head}\n{text}".replace("\n", "\r\n").encode()


POSTFIX = """Final-Recipient: rfc822; bob@example.org
Original-Recipient: rfc822;bob@example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: x-unix; user unknown
"""
EXCHANGE = """Final-Recipient: rfc822;Bob@Example.org
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp;554 5.2.2 mailbox full;
 STOREDRV.Deliver.Exception: quota exceeded
X-Display-Name: Bob
"""
TWO = """Final-Recipient: rfc822; bob@example.org
Action: failed
Status: 5.1.10 (null MX)

Final-Recipient: rfc822; eve@example.org
Action: delayed
Status: 4.4.1
Diagnostic-Code: smtp; 451 4.4.1 no answer
Will-Retry-Until: Fri, 27 Nov 2026 09:00:00 +0000

Final-Recipient: rfc822; paul@example.org
Action: relayed
Status: 2.1.9
"""
GLOBAL = """Final-Recipient: utf-8; h\\x{E9}l\\x{E8}ne@example.org
Original-Recipient: rfc822; hlne-8ua5c@example.org
Action: failed
Status: 5.1.1
"""
OPENSMTPD = "Final-Recipient: rfc822; bob@example.org\nAction: error\nStatus: 5.0.0\n"
WITHOUT_STATUS = """Final-Recipient: <bob@example.org>
Action: Failed (unknown)
Diagnostic-Code: smtp; 550 5.2.1 account closed
"""
QMAIL = f"""Hi. This is the qmail-send program at mail.example.org.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<bob@example.org>:
Remote host said: 550 5.1.1 <bob@example.org>: no such user
Giving up on 192.0.2.1.

--- Below this line is a copy of the message.

Return-Path: <anna@example.com>
Message-ID: {ID}
Subject: Your order
"""
EXIM = """This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  bob@example.org
    550 Unrouteable address
"""


def failed(addresses: tuple[str, ...], status: str, reason: str) -> Undelivered:
    return Undelivered(addresses, for_good=True, status=status, reason=reason)


BOB = ("bob@example.org",)


def success(action: str) -> str:
    return f"Final-Recipient: rfc822; bob@example.org\nAction: {action}\nStatus: 2.0.0\n"


def report_of_reader(disposition: str, who: str = "rfc822; bob@example.org") -> bytes:
    """A receipt of RFC 8098, as the program of a reader writes one."""
    return (
        (
            "From: Bob <bob@example.org>\nTo: anna@example.com\nSubject: Read: Your order\n"
            "MIME-Version: 1.0\nContent-Type: multipart/report;\n"
            " report-type=disposition-notification; boundary=b\n\n"
            "--b\nContent-Type: text/plain\n\nI have seen it.\n\n"
            "--b\nContent-Type: message/disposition-notification\n\n"
            f"Reporting-UA: mail.example.org; A Program\nFinal-Recipient: {who}\n"
            f"Original-Message-ID: {ID}\n"
            f"Disposition: manual-action/MDN-sent-manually; {disposition}\n\n--b--\n"
        )
        .replace("\n", "\r\n")
        .encode()
    )


@pytest.mark.parametrize(
    ("raw", "recipients"),
    [
        pytest.param(report(POSTFIX), [failed(BOB, "5.1.1", "user unknown")], id="Postfix"),
        pytest.param(
            report(EXCHANGE),
            [
                failed(
                    BOB,
                    "5.2.2",
                    "554 5.2.2 mailbox full; STOREDRV.Deliver.Exception: quota exceeded",
                )
            ],
            id="Exchange, with a reason that holds a semicolon",
        ),
        pytest.param(
            report(TWO),
            [
                failed(BOB, "5.1.10", ""),
                Undelivered(
                    ("eve@example.org",),
                    for_good=False,
                    status="4.4.1",
                    reason="451 4.4.1 no answer",
                ),
            ],
            id="several recipients, one of whom got it",
        ),
        pytest.param(
            report(GLOBAL, status_type="message/global-delivery-status"),
            [failed(("hlne-8ua5c@example.org", "hélène@example.org"), "5.1.1", "")],
            id="RFC 6533",
        ),
        pytest.param(report(OPENSMTPD), [failed(BOB, "5.0.0", "")], id="OpenSMTPD"),
        pytest.param(
            report(WITHOUT_STATUS),
            [failed(BOB, "5.2.1", "550 5.2.1 account closed")],
            id="no Status and no type of address",
        ),
        pytest.param(
            report(POSTFIX, returned_type="text/rfc822-headers"),
            [failed(BOB, "5.1.1", "user unknown")],
            id="headers alone come back",
        ),
        pytest.param(
            report("\n" + OPENSMTPD), [failed(BOB, "5.0.0", "")], id="a further blank line"
        ),
        pytest.param(
            report(POSTFIX, returned=RETURNED.replace(ID, f"{ID} <2@example.com>")),
            [failed(BOB, "5.1.1", "user unknown")],
            id="a Message-ID with another behind it",
        ),
        pytest.param(
            prose(QMAIL, sender=""),
            [
                failed(
                    BOB,
                    "5.1.1",
                    "Remote host said: 550 5.1.1 <bob@example.org>: no such user",
                )
            ],
            id="a From without anybody",
        ),
        pytest.param(
            prose(QMAIL, sender="<>"),
            [
                failed(
                    BOB,
                    "5.1.1",
                    "Remote host said: 550 5.1.1 <bob@example.org>: no such user",
                )
            ],
            id="the null sender in From",
        ),
        pytest.param(
            prose(QMAIL),
            [
                failed(
                    BOB,
                    "5.1.1",
                    "Remote host said: 550 5.1.1 <bob@example.org>: no such user",
                )
            ],
            id="qmail",
        ),
        pytest.param(
            prose(EXIM, more=f"X-Failed-Recipients: bob@example.org\nReferences: {ID}\n"),
            [failed(BOB, "", "550 Unrouteable address")],
            id="Exim",
        ),
    ],
)
def test_what_is_reported(raw: bytes, recipients: list[Undelivered]) -> None:
    told = report_of(raw, parse(raw))
    assert told is not None
    assert (told.original_ids, told.recipients) == ((ID,), tuple(recipients))
    assert not told.only_confirms


@pytest.mark.parametrize(
    ("raw", "receipt"),
    [
        pytest.param(report(success("delivered")), Receipt.ARRIVED, id="delivered"),
        pytest.param(report(success("relayed")), Receipt.PASSED_ON, id="to a silent server"),
        pytest.param(report(success("expanded")), Receipt.PASSED_ON, id="to a list"),
        pytest.param(report_of_reader("displayed"), Receipt.READ, id="shown"),
        pytest.param(report_of_reader("Displayed/error"), Receipt.READ, id="with a modifier"),
        pytest.param(report_of_reader("deleted"), Receipt.DELETED, id="deleted"),
        pytest.param(report_of_reader("processed"), Receipt.ARRIVED, id="taken by a machine"),
    ],
)
def test_what_is_confirmed(raw: bytes, receipt: Receipt) -> None:
    expected = MailReport((ID,), (), (Confirmed(BOB, receipt),))
    assert report_of(raw, parse(raw)) == expected
    assert expected.only_confirms


def test_one_report_may_tell_of_both() -> None:
    told = report_of(report(TWO), parse(report(TWO)))
    assert told is not None
    assert told.confirmed == (Confirmed(("paul@example.org",), Receipt.PASSED_ON),)
    assert not told.only_confirms


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"From: clara@customer.example\r\n\r\nHello\r\n", id="a letter"),
        pytest.param(report_of_reader("failed"), id="a receipt that could not be made"),
        pytest.param(
            report_of_reader("displayed", who="x400; /S=BOB"), id="a reader whom nobody knows"
        ),
        pytest.param(
            report("Action: failed\nStatus: 5.1.1\n"), id="a report that names no recipient"
        ),
        pytest.param(
            report("Final-Recipient: x400; /S=BOB\nAction: failed\n"), id="an address of X.400"
        ),
        pytest.param(prose("Please keep your mailbox small."), id="a word of the postmaster"),
        pytest.param(
            QMAIL.join(["From: clara@customer.example\n\n", ""]).encode(),
            id="a report that a person passes on",
        ),
    ],
)
def test_what_reports_nothing(raw: bytes) -> None:
    assert report_of(raw, parse(raw)) is None


@pytest.mark.parametrize(
    ("status", "action", "nobody"),
    [
        pytest.param("5.1.1", "failed", True, id="no such mailbox"),
        pytest.param("5.1.10", "failed", True, id="a domain that takes no mail"),
        pytest.param("5.2.1", "failed", True, id="a mailbox that is closed"),
        pytest.param("5.2.2", "failed", False, id="a full mailbox is emptied one day"),
        pytest.param("5.1.8", "failed", False, id="the sender is blamed"),
        pytest.param("5.7.1", "failed", False, id="a refused text says nothing of the address"),
        pytest.param("5.1.1", "delayed", False, id="what is still tried"),
    ],
)
def test_when_nobody_is_at_an_address(status: str, action: str, *, nobody: bool) -> None:
    raw = report(f"Final-Recipient: rfc822; bob@example.org\nAction: {action}\nStatus: {status}\n")
    bounce = report_of(raw, parse(raw))
    assert bounce is not None
    assert bounce.recipients[0].nobody_is_there is nobody


def test_recipients_and_reasons_are_bounded() -> None:
    group = "Final-Recipient: rfc822; u{}@example.org\nAction: failed\nDiagnostic-Code: x; {}\n\n"
    raw = report("".join(group.format(number, "x" * 5_000) for number in range(300)))
    bounce = report_of(raw, parse(raw))
    assert bounce is not None
    assert len(bounce.recipients) == 100
    assert max(len(one.reason) for one in bounce.recipients) == 500


def test_receipts_are_bounded() -> None:
    one = report_of_reader("displayed").decode()
    parts, start = one.rindex("--b--"), one.rindex("--b\r\n")
    more = "".join(one[start:parts].replace("bob@", f"u{number}@") for number in range(150))
    raw = f"{one[:parts]}{more}--b--\r\n".encode()
    told = report_of(raw, parse(raw))
    assert told is not None
    assert len(told.confirmed) == 100


def test_the_email_that_a_receipt_names_stands_before_one_that_came_back() -> None:
    receipt = report_of_reader("displayed").decode()
    returned = RETURNED.replace(ID, "<2@example.com>")
    part = f"--b\r\nContent-Type: message/rfc822\r\n\r\n{returned}\r\n"
    where = receipt.rindex("--b\r\n")
    raw = (receipt[:where] + part + receipt[where:]).encode()
    told = report_of(raw, parse(raw))
    assert told is not None
    assert told.original_ids == (ID, "<2@example.com>")


def test_control_characters_stay_out() -> None:
    raw = report("Final-Recipient: rfc822; bob\x00@example.org\nAction: failed\n")
    bounce = report_of(raw, parse(raw))
    assert bounce is None or "\x00" not in bounce.recipients[0].addresses[0]


pieces = st.sampled_from(
    ["Action: failed\n", "Final-Recipient: rfc822;", "a@b.c", "\n", "\n\n", "<", ">", "utf-8;",
     "\\x{110000}", "Status: 5.1.1", "\x00", "é", "--b\n", "--b--\n", "Message-ID: <", " "]
)  # fmt: skip


SHAPES = [prose, report, report_of_reader]


@given(st.lists(pieces | st.text(max_size=5), max_size=40).map("".join), st.sampled_from(SHAPES))
def test_nothing_breaks_it(text: str, shape: Callable[[str], bytes]) -> None:
    raw = shape(text)
    try:
        message = parse(raw)
    except Fault:
        return
    bounce = report_of(raw, message)
    assert bounce is None or all("@" in one.addresses[0] for one in bounce.told)
