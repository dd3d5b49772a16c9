"""Signing in by SASL mechanisms: what the client says. Pure: no socket, no protocol, no clock."""

from passerelle.protocols.sasl.choosing import strongest
from passerelle.protocols.sasl.exchange import (
    Exchange,
    ServerSaidNo,
    answer_to,
    check_proven,
    coded,
    refused,
)
from passerelle.protocols.sasl.plain import Plain
from passerelle.protocols.sasl.scram import Scram

__all__ = [
    "Exchange",
    "Plain",
    "Scram",
    "ServerSaidNo",
    "answer_to",
    "check_proven",
    "coded",
    "refused",
    "strongest",
]
