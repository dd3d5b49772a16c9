"""The words for the fields and values that a router's profile is mapped to, before and after.

Fields have Dataverse's names, which no page shows; values have the labels of our own choices.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from passerelle.faults import noop
from passerelle.mailboxes.models.choices import (
    CredentialRetrieval,
    IncomingProtocol,
    OutgoingProtocol,
    Security,
)
from passerelle.router.files.merged import AuthProtocol, FieldValue
from passerelle.router.files.values import AuthMode, Credential, Direction, ServerType
from passerelle.router.migrating.texts import CHOICES

# Dataverse's name without its direction → the words, and the column that holds it here.
FIELDS: Mapping[str, tuple[str, str]] = {
    "protocol": (noop("Protocol"), "protocol"),
    "serverlocation": (noop("Server"), "location"),
    "portnumber": (noop("Port"), "port"),
    "usessl": (noop("Encrypted"), ""),
    "security": (noop("Encryption"), "security"),
    "authenticationprotocol": (noop("Way of signing in"), ""),
    "credentialretrieval": (noop("Credentials"), "credential_retrieval"),
    "username": (noop("User name"), "username"),
}
_AUTH: Mapping[int, str] = {
    AuthProtocol.AUTO_DETECT: noop("Found out by itself"),
    AuthProtocol.NEGOTIATE: noop("Windows authentication"),
    AuthProtocol.NTLM: noop("Windows authentication"),
    AuthProtocol.BASIC: noop("User name and password"),
}
_FLAGS: Mapping[str, str] = {"true": noop("Yes"), "false": noop("No")}
_OF_ROUTER = {member.value for kind in (ServerType, AuthMode, Credential) for member in kind}


def labelled(value: FieldValue, way: Direction, changes: Mapping[str, Any]) -> FieldValue:
    """The same field in words; what a person changed stands in place of the mapped value."""
    name = value.field.removeprefix(way.value)
    words, column = FIELDS[name]
    changed = changes.get(f"{way.value}_{column}") if column else None
    after = value.after if changed is None else str(changed)
    if name == "usessl" and f"{way.value}_security" in changes:
        after = str(changes[f"{way.value}_security"] != Security.NONE).lower()
    return FieldValue(gettext(words), _before(name, value.before), _after(name, way, after))


def way_of(value: FieldValue) -> Direction:
    """The direction that the field's name begins with."""
    return next(way for way in Direction if value.field.startswith(way.value))


def _before(name: str, text: str) -> str:
    """As the router says it; words for what is understood, else the text of the file."""
    if name in {"usessl", "security"}:
        return gettext(_FLAGS[text]) if text in _FLAGS else text
    return gettext(CHOICES[text]) if name == "protocol" and text in _OF_ROUTER else text


def _after(name: str, way: Direction, text: str) -> str:
    match name:
        case "protocol":
            kinds = IncomingProtocol if way is Direction.INCOMING else OutgoingProtocol
            return str(kinds(text).label)
        case "usessl":
            return gettext(_FLAGS[text])
        case "security":
            return str(Security(text).label)
        case "authenticationprotocol":
            return gettext(_AUTH[int(text)])
        case "credentialretrieval":
            return str(CredentialRetrieval(int(text)).label)
        case "portnumber" if text in {"", "0"}:
            return gettext("The protocol's own")
        case _:
            return text
