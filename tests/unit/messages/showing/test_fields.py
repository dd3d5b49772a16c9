"""The header of a message as a person reads it."""

from passerelle.messages.showing import Field, header_fields
from passerelle.messages.showing.fields import FIELDS

RAW = (
    b"Received: from a\r\n\tby b\r\nReceived: from c by d\r\nDKIM-Signature: v=1\r\n"
    b"subject: =?utf-8?q?Visite_de_l=E2=80=99atelier?=\r\nMESSAGE-ID: <1@x>\r\n"
    b"\r\nbody: no field\r\n"
)


def test_each_field_is_decoded_unfolded_and_spelled_as_usual() -> None:
    assert header_fields(RAW) == [
        Field("Received", "from a by b"),
        Field("Received", "from c by d"),
        Field("DKIM-Signature", "v=1"),
        Field("Subject", "Visite de l’atelier"),
        Field("Message-ID", "<1@x>"),
    ]


def test_no_message_has_no_fields_and_too_many_are_left_out() -> None:
    assert header_fields(b"") == []
    assert len(header_fields(b"".join(b"X-%d: y\r\n" % n for n in range(FIELDS + 9)))) == FIELDS
