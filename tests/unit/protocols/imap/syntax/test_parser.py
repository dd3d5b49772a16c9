"""Responses are told apart, and typed."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.protocols.imap.syntax.parser import (
    Fetched,
    fetched,
    literal_length,
    numbers,
    response,
)
from passerelle.protocols.imap.syntax.responses import (
    Condition,
    Continuation,
    Data,
    Response,
    Status,
)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(b"+ go", Continuation(b"go"), id="continuation"),
        pytest.param(b"+", Continuation(b""), id="bare continuation"),
        pytest.param(b"P1 OK done", Status(b"P1", Condition.OK, "", b"", "done"), id="tagged"),
        pytest.param(b"P1 no", Status(b"P1", Condition.NO, "", b"", ""), id="small letters"),
        pytest.param(
            b"* OK [UIDVALIDITY 7] valid",
            Status(b"", Condition.OK, "UIDVALIDITY", b"7", "valid"),
            id="a code with an argument",
        ),
        pytest.param(
            b"P1 NO [AuthenticationFailed]",
            Status(b"P1", Condition.NO, "AUTHENTICATIONFAILED", b"", "[AuthenticationFailed]"),
            id="a code alone",
        ),
        pytest.param(b"* 23 EXISTS", Data(b"EXISTS", 23, (b"",)), id="EXISTS"),
        pytest.param(b"* SEARCH", Data(b"SEARCH", 0, (b"",)), id="empty SEARCH"),
        pytest.param(b"* SEARCH 1 2", Data(b"SEARCH", 0, (b"1 2",)), id="SEARCH"),
    ],
)
def test_response(line: bytes, expected: Response) -> None:
    assert response([line]) == expected


@pytest.mark.parametrize("line", [b"", b"*", b"* ", b"220 mail ESMTP", b"P1 WHAT", b"HTTP/1.1 400"])
def test_what_is_no_response_is_said(line: bytes) -> None:
    with pytest.raises(ValueError, match=r"form|tagged"):
        response([line])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(b"* 1 FETCH (BODY[] {12}", 12, id="literal"),
        pytest.param(b"* 1 FETCH (BODY[] ~{12}", 12, id="literal8"),
        pytest.param(b"* 1 FETCH (BODY[] {12+}", 12, id="not waiting"),
        pytest.param(b"* 1 FETCH (BODY[] {4294967296}", 4294967296, id="gigabytes"),
        pytest.param(b"* OK look at {12}", None, id="free text"),
        pytest.param(b"* 1 FETCH (BODY[] {x}", None, id="letters"),
        pytest.param(b"* 1 EXISTS", None, id="none"),
    ],
)
def test_literal_length(line: bytes, expected: int | None) -> None:
    assert literal_length(line) == expected


def test_numbers_leave_out_the_modseq() -> None:
    assert numbers(Data(b"SEARCH", 0, (b"2 5 6 (MODSEQ 917162500)",))) == [2, 5, 6]


@pytest.mark.parametrize("uid", [b"4294967296", b"9" * 30, b"-1"])
def test_a_uid_that_is_no_number_of_imap_is_refused(uid: bytes) -> None:
    with pytest.raises(ValueError, match="32 bits"):
        fetched(Data(b"FETCH", 1, (b"(UID " + uid + b")",)))


def test_fetched_takes_what_we_ask_for_in_any_order() -> None:
    line = b'(FLAGS () RFC822.SIZE 9 INTERNALDATE "17-Jul-1996 02:44:25 -0700" UID 4 BODY[] '
    assert fetched(Data(b"FETCH", 1, (line, b"raw", b")"))) == Fetched(
        4, 9, datetime(1996, 7, 17, 9, 44, 25, tzinfo=UTC), b"raw", has_body=True
    )


digits = st.from_regex(rb"[0-9]{1,12}", fullmatch=True)
moments = st.sampled_from([b"17-Jul-1996 02:44:25 -0700", b" 1-Feb-2025 00:30:00 +0000", b"NIL"])


def said(parts: tuple[bytes, ...]) -> Fetched | str:
    try:
        return fetched(Data(b"FETCH", 1, parts))
    except ValueError as error:
        return str(error)


@given(digits, moments | st.binary(max_size=12), digits)
def test_a_usual_listing_is_read_as_any_other(uid: bytes, moment: bytes, size: bytes) -> None:
    usual = b'(UID %s INTERNALDATE "%s" RFC822.SIZE %s)' % (uid, moment, size)
    other = b'(uid %s internaldate "%s" rfc822.size %s)' % (uid, moment, size)
    assert said((usual,)) == said((other,))


@given(digits, st.binary(max_size=20))
def test_a_usual_message_is_read_as_any_other(uid: bytes, raw: bytes) -> None:
    usual, other = b"(UID %s BODY[] " % uid, b"(uid %s body[] " % uid
    assert said((usual, raw, b")")) == said((other, raw, b")"))


@given(st.lists(st.binary(max_size=60), min_size=1, max_size=4))
def test_no_line_breaks_the_parser(parts: list[bytes]) -> None:
    try:
        found = response(parts)
        if isinstance(found, Data):
            fetched(found)
    except ValueError:
        return
