"""From the router's two sides to the fields of one email server profile.

The merge table is Microsoft's (TechNet dn531068); its field tables are public nowhere, so the
mapping of fields is our proposal, and each value is shown before and after for approval. Where
Microsoft's product must drop one side (Exchange with SMTP, POP3 with Exchange Online) both stay,
each with its own protocol. A port or a server that the file does not say stays empty.
"""

import re
from collections.abc import Collection, Iterator
from ipaddress import ip_address

from passerelle.protocols.interfaces import Security
from passerelle.router.files.merged import (
    AuthProtocol,
    FieldValue,
    MailProtocol,
    MergedConnection,
    Obstacle,
    Outcome,
    ProfileNotice,
    ProfileType,
    Retrieval,
    Side,
)
from passerelle.router.files.values import AuthMode, Credential, ServerType

_ABANDONED = frozenset({ServerType.EXCHANGE_2003, ServerType.EXCHANGE_2007_WEBDAV})
_EXCHANGE = frozenset(
    {ServerType.EXCHANGE_2007_EWS, ServerType.EXCHANGE_2010, ServerType.EXCHANGE_ONLINE}
)
_OUTGOING = frozenset({ServerType.SMTP, ServerType.EXCHANGE_ONLINE})
_AUTH = {
    AuthMode.CLEAR_TEXT: AuthProtocol.BASIC,
    AuthMode.WINDOWS: AuthProtocol.NEGOTIATE,
    AuthMode.ANONYMOUS: AuthProtocol.AUTO_DETECT,
}
_HOST = re.compile(r"(?=.{1,253}$)\w([\w-]{0,61}\w)?(\.\w([\w-]{0,61}\w)?)*\.?", re.ASCII)
_IMPLICIT_SMTP = 465


def outcome_of(incoming: Side | None, outgoing: Side | None) -> tuple[Outcome, ProfileType | None]:
    """The row of the merge table; an absent side is in no row, and the other migrates alone."""
    kinds = [side.server_type for side in (incoming, outgoing) if side is not None]
    if None in kinds:
        return Outcome.ASKS, None
    if ServerType.CUSTOM in kinds:
        return Outcome.CUSTOM, None
    if (incoming and incoming.server_type is ServerType.SMTP) or (
        outgoing and outgoing.server_type not in _OUTGOING
    ):
        return Outcome.NO_ROW, None
    if not _ABANDONED.isdisjoint(kinds):
        return Outcome.NOT_MIGRATED, None
    exchange = not _EXCHANGE.isdisjoint(kinds)
    whole = incoming is not None and outgoing is not None
    return (
        Outcome.MERGED if whole else Outcome.ONE_SIDED,
        ProfileType.EXCHANGE if exchange else ProfileType.POP3_SMTP,
    )


def connection_of(side: Side, usernames: Collection[str], recipients: int) -> MergedConnection:
    """One direction of the profile; the side's direction and server are known by then."""
    assert side.direction is not None
    protocol = _protocol(side)
    retrieval = retrieval_of(side, usernames, recipients)
    held = retrieval is Retrieval.PROFILE and len(usernames) == 1
    return MergedConnection(
        direction=side.direction,
        protocol=protocol,
        host="" if side.autodiscover else side.server,
        port=side.port,
        security=security_of(side, protocol),
        auth=_AUTH[side.auth] if side.auth else AuthProtocol.AUTO_DETECT,
        retrieval=retrieval,
        username=next(iter(usernames)) if held else "",
        autodiscover=side.autodiscover,
        obstacles=tuple(_obstacles(side, protocol, retrieval)),
    )


def retrieval_of(side: Side, usernames: Collection[str], recipients: int) -> Retrieval:
    """Where the credentials are held.

    Several accounts behind one side are the mailboxes' own, whatever the credential kind says;
    without a kind, one account for several recipients is the profile's.
    """
    if side.auth is AuthMode.ANONYMOUS:
        return Retrieval.ANONYMOUS
    if side.credential is Credential.LOCAL_SYSTEM:
        return Retrieval.WINDOWS
    if len(usernames) > 1 or side.credential is Credential.USER_SPECIFIED:
        return Retrieval.MAILBOX
    if side.credential is Credential.OTHER_SPECIFIED or (usernames and recipients > 1):
        return Retrieval.PROFILE
    return Retrieval.MAILBOX


def security_of(side: Side, protocol: MailProtocol) -> Security:
    """The encryption; where the file does not say, encrypted, as Dataverse's default is Yes.

    The router is a .NET program, whose SMTP client knows STARTTLS only; 465 is implicit TLS by
    its registration (RFC 8314, 3.3). POP3 with SSL was implicit TLS from the start.
    """
    if side.ssl is False:
        return Security.NONE
    if protocol is MailProtocol.SMTP and side.port != _IMPLICIT_SMTP:
        return Security.STARTTLS
    return Security.IMPLICIT


def notices_of(side: Side, passwords: int) -> Iterator[ProfileNotice]:
    """What a person should know about one side."""
    if passwords:
        yield ProfileNotice.PASSWORDS_NOT_TAKEN
    if side.auth_text and side.auth is None:
        yield ProfileNotice.AUTH_UNKNOWN
    if side.credential_text and side.credential is None:
        yield ProfileNotice.CREDENTIAL_UNKNOWN
    if side.ssl is None:
        yield ProfileNotice.ENCRYPTION_ASSUMED
    elif not side.ssl:
        yield ProfileNotice.NOT_ENCRYPTED
    if side.port_text and side.port is None:
        yield ProfileNotice.PORT_NOT_TAKEN
    elif side.port is None and side.server_type in {ServerType.POP3, ServerType.SMTP}:
        yield ProfileNotice.PORT_MISSING


def fields_of(side: Side, connection: MergedConnection) -> tuple[FieldValue, ...]:
    """Each field of one direction, before and after, under Dataverse's column names."""
    way = connection.direction.value
    ssl = {True: "true", False: "false", None: ""}[side.ssl]
    rows = (
        ("protocol", side.server_type.value if side.server_type else "", connection.protocol.value),
        ("serverlocation", side.server, connection.host),
        ("portnumber", side.port_text, "" if connection.port is None else str(connection.port)),
        ("usessl", ssl, str(connection.security is not Security.NONE).lower()),
        ("security", ssl, connection.security.value),
        ("authenticationprotocol", side.auth_text, str(connection.auth.value)),
        ("credentialretrieval", side.credential_text, str(connection.retrieval.value)),
        ("username", connection.username, connection.username),
    )
    return tuple(FieldValue(way + name, before, after) for name, before, after in rows)


def usable_host(text: str) -> bool:
    """Whether a mail server can be looked for under that name."""
    try:
        ip_address(text)
    except ValueError:
        return _HOST.fullmatch(text) is not None
    return True


def _protocol(side: Side) -> MailProtocol:
    match side.server_type:
        case ServerType.POP3:
            return MailProtocol.POP3
        case ServerType.SMTP:
            return MailProtocol.SMTP
        case _:
            return MailProtocol.EXCHANGE


def _obstacles(side: Side, protocol: MailProtocol, retrieval: Retrieval) -> Iterator[Obstacle]:
    if protocol is MailProtocol.EXCHANGE:
        yield Obstacle.EXCHANGE
        return
    if not side.server or side.autodiscover:
        yield Obstacle.HOST_MISSING
    elif not usable_host(side.server):
        yield Obstacle.HOST_UNUSABLE
    if retrieval is Retrieval.WINDOWS:
        yield Obstacle.WINDOWS_ACCOUNT
    elif side.auth is AuthMode.WINDOWS:
        yield Obstacle.WINDOWS_SIGN_IN
