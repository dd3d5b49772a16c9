"""Bytes to messages and back. Knows no sockets and no records."""

from passerelle.messages.addresses import masked, parse_address, parse_addresses
from passerelle.messages.clean import clean, clean_line
from passerelle.messages.composing import compose, new_message_id
from passerelle.messages.html_text import html_to_text
from passerelle.messages.identity import identity, same_text
from passerelle.messages.parsing import TEST_HEADER, parse
from passerelle.messages.parts import extract
from passerelle.messages.quoting import quote_reply
from passerelle.messages.values import (
    DEFAULT_LIMITS,
    Address,
    Attachment,
    Automatic,
    Draft,
    Identity,
    Message,
    ParseLimits,
    PartPath,
)

__all__ = [
    "DEFAULT_LIMITS",
    "TEST_HEADER",
    "Address",
    "Attachment",
    "Automatic",
    "Draft",
    "Identity",
    "Message",
    "ParseLimits",
    "PartPath",
    "clean",
    "clean_line",
    "compose",
    "extract",
    "html_to_text",
    "identity",
    "masked",
    "new_message_id",
    "parse",
    "parse_address",
    "parse_addresses",
    "quote_reply",
    "same_text",
]
