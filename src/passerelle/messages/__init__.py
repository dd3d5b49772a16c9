"""Bytes to messages and back. Knows no sockets and no records."""

from passerelle.messages.addresses import (
    masked,
    parse_address,
    parse_addresses,
    parse_domain,
    without_tag,
)
from passerelle.messages.attached import Attached, attached_messages
from passerelle.messages.bounces import (
    Confirmed,
    MailReport,
    Receipt,
    Undelivered,
    report_of,
)
from passerelle.messages.clean import clean, clean_line
from passerelle.messages.delivered_to import DELIVERY_FIELDS, delivered_to, fields_of_text
from passerelle.messages.folding import fold
from passerelle.messages.header_facts import THREAD_INDEX_MOST, list_id_of
from passerelle.messages.html import html_to_text
from passerelle.messages.identity import identity, same_text
from passerelle.messages.keys import domain_key, key_of
from passerelle.messages.kinds import CLOSED, Kind, is_pgp_text, kind_of
from passerelle.messages.parsing import TEST_HEADER, parse
from passerelle.messages.parts import extract
from passerelle.messages.showing import (
    Check,
    Checks,
    Field,
    Folded,
    Letter,
    Method,
    Shown,
    Verdict,
    checks_of,
    fold_text,
    header_fields,
    letter_of,
)
from passerelle.messages.values import (
    DEFAULT_LIMITS,
    INNER,
    NO_HEADER_FACTS,
    Address,
    Attachment,
    Automatic,
    Draft,
    File,
    HeaderFacts,
    Identity,
    Message,
    ParseLimits,
    PartPath,
    Priority,
    Sensitivity,
)
from passerelle.messages.writing.allowed_html import allowed_html
from passerelle.messages.writing.composing import compose, new_message_id
from passerelle.messages.writing.placeholders import (
    PLACEHOLDERS,
    fill,
    fill_html,
    unknown_placeholders,
)
from passerelle.messages.writing.quoting import (
    Quoted,
    above_quotation,
    forward_html,
    forward_text,
    quote_reply,
    reply_html,
    text_to_html,
    with_signature,
)

__all__ = [
    "CLOSED",
    "DEFAULT_LIMITS",
    "DELIVERY_FIELDS",
    "INNER",
    "NO_HEADER_FACTS",
    "PLACEHOLDERS",
    "TEST_HEADER",
    "THREAD_INDEX_MOST",
    "Address",
    "Attached",
    "Attachment",
    "Automatic",
    "Check",
    "Checks",
    "Confirmed",
    "Draft",
    "Field",
    "File",
    "Folded",
    "HeaderFacts",
    "Identity",
    "Kind",
    "Letter",
    "MailReport",
    "Message",
    "Method",
    "ParseLimits",
    "PartPath",
    "Priority",
    "Quoted",
    "Receipt",
    "Sensitivity",
    "Shown",
    "Undelivered",
    "Verdict",
    "above_quotation",
    "allowed_html",
    "attached_messages",
    "checks_of",
    "clean",
    "clean_line",
    "compose",
    "delivered_to",
    "domain_key",
    "extract",
    "fields_of_text",
    "fill",
    "fill_html",
    "fold",
    "fold_text",
    "forward_html",
    "forward_text",
    "header_fields",
    "html_to_text",
    "identity",
    "is_pgp_text",
    "key_of",
    "kind_of",
    "letter_of",
    "list_id_of",
    "masked",
    "new_message_id",
    "parse",
    "parse_address",
    "parse_addresses",
    "parse_domain",
    "quote_reply",
    "reply_html",
    "report_of",
    "same_text",
    "text_to_html",
    "unknown_placeholders",
    "with_signature",
    "without_tag",
]
