"""Bytes to messages and back. Knows no sockets and no records."""

from passerelle.messages.values import (
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
    "Address",
    "Attachment",
    "Automatic",
    "Draft",
    "Identity",
    "Message",
    "ParseLimits",
    "PartPath",
]
