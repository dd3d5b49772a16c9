"""The merge table and the fields of one profile."""

from dataclasses import replace

import pytest
from tests.unit.router.made_up import NAMES, POP3, SMTP

from passerelle.protocols.interfaces import Security
from passerelle.router.files.format import RouterFormat
from passerelle.router.files.mapping import (
    connection_of,
    fields_of,
    notices_of,
    outcome_of,
    retrieval_of,
    usable_host,
)
from passerelle.router.files.merged import (
    AuthProtocol,
    MailProtocol,
    Obstacle,
    Outcome,
    ProfileNotice,
    ProfileType,
    Retrieval,
    Side,
)
from passerelle.router.files.values import AuthMode, Credential, ServerType

FORMAT = RouterFormat(NAMES)
INCOMING, OUTGOING = FORMAT.side(POP3), FORMAT.side(SMTP)
T, P = ServerType, ProfileType


def side(base: Side, kind: ServerType | None) -> Side:
    return replace(base, server_type=kind)


@pytest.mark.parametrize(
    ("incoming", "outgoing", "outcome", "servertype"),
    [
        (T.EXCHANGE_2003, T.SMTP, Outcome.NOT_MIGRATED, None),
        (T.EXCHANGE_2003, T.EXCHANGE_ONLINE, Outcome.NOT_MIGRATED, None),
        (T.EXCHANGE_2007_EWS, T.SMTP, Outcome.MERGED, P.EXCHANGE),
        (T.EXCHANGE_2007_EWS, T.EXCHANGE_ONLINE, Outcome.MERGED, P.EXCHANGE),
        (T.EXCHANGE_2007_WEBDAV, T.SMTP, Outcome.NOT_MIGRATED, None),
        (T.EXCHANGE_2007_WEBDAV, T.EXCHANGE_ONLINE, Outcome.NOT_MIGRATED, None),
        (T.EXCHANGE_2010, T.SMTP, Outcome.MERGED, P.EXCHANGE),
        (T.EXCHANGE_2010, T.EXCHANGE_ONLINE, Outcome.MERGED, P.EXCHANGE),
        (T.EXCHANGE_ONLINE, T.SMTP, Outcome.MERGED, P.EXCHANGE),
        (T.EXCHANGE_ONLINE, T.EXCHANGE_ONLINE, Outcome.MERGED, P.EXCHANGE),
        (T.POP3, T.SMTP, Outcome.MERGED, P.POP3_SMTP),
        (T.POP3, T.EXCHANGE_ONLINE, Outcome.MERGED, P.EXCHANGE),
        (T.CUSTOM, T.CUSTOM, Outcome.CUSTOM, None),
        (T.CUSTOM, T.SMTP, Outcome.CUSTOM, None),
        (T.SMTP, T.SMTP, Outcome.NO_ROW, None),
        (T.POP3, T.POP3, Outcome.NO_ROW, None),
        (T.POP3, T.EXCHANGE_2010, Outcome.NO_ROW, None),
        (None, T.SMTP, Outcome.ASKS, None),
    ],
)
def test_the_merge_table(
    incoming: ServerType | None,
    outgoing: ServerType,
    outcome: Outcome,
    servertype: ProfileType | None,
) -> None:
    found = outcome_of(side(INCOMING, incoming), side(OUTGOING, outgoing))
    assert found == (outcome, servertype)


@pytest.mark.parametrize(
    ("incoming", "outgoing", "expected"),
    [
        pytest.param(INCOMING, None, (Outcome.ONE_SIDED, P.POP3_SMTP), id="pop3-alone"),
        pytest.param(None, OUTGOING, (Outcome.ONE_SIDED, P.POP3_SMTP), id="smtp-alone"),
        pytest.param(
            side(INCOMING, T.EXCHANGE_2010), None, (Outcome.ONE_SIDED, P.EXCHANGE), id="exchange"
        ),
        pytest.param(
            side(INCOMING, T.EXCHANGE_2003), None, (Outcome.NOT_MIGRATED, None), id="old-exchange"
        ),
    ],
)
def test_one_side_alone(
    incoming: Side | None, outgoing: Side | None, expected: tuple[Outcome, ProfileType | None]
) -> None:
    assert outcome_of(incoming, outgoing) == expected


ACCOUNT = {"svc@example.com"}
ACCOUNTS = {"anna@example.com", "bert@example.com"}


@pytest.mark.parametrize(
    ("credential", "usernames", "recipients", "expected"),
    [
        pytest.param(
            Credential.USER_SPECIFIED, ACCOUNTS, 2, Retrieval.MAILBOX, id="each-their-own"
        ),
        pytest.param(Credential.OTHER_SPECIFIED, ACCOUNT, 9, Retrieval.PROFILE, id="one-for-all"),
        pytest.param(Credential.OTHER_SPECIFIED, ACCOUNT, 1, Retrieval.PROFILE, id="one-for-one"),
        pytest.param(
            Credential.OTHER_SPECIFIED, ACCOUNTS, 2, Retrieval.MAILBOX, id="really-several"
        ),
        pytest.param(Credential.LOCAL_SYSTEM, set(), 2, Retrieval.WINDOWS, id="of-the-machine"),
        pytest.param(None, ACCOUNT, 9, Retrieval.PROFILE, id="untold-but-shared"),
        pytest.param(None, ACCOUNT, 1, Retrieval.MAILBOX, id="untold-and-of-one"),
        pytest.param(None, ACCOUNTS, 2, Retrieval.MAILBOX, id="untold-and-several"),
        pytest.param(None, set(), 9, Retrieval.MAILBOX, id="untold-and-none"),
    ],
)
def test_where_credentials_are_held(
    credential: Credential | None, usernames: set[str], recipients: int, expected: Retrieval
) -> None:
    asked = replace(INCOMING, credential=credential)
    assert retrieval_of(asked, usernames, recipients) is expected


def test_anonymous_needs_no_credentials() -> None:
    assert retrieval_of(OUTGOING, ACCOUNT, 9) is Retrieval.ANONYMOUS


@pytest.mark.parametrize(
    ("base", "ssl", "port", "expected"),
    [
        pytest.param(INCOMING, True, 995, Security.IMPLICIT, id="pop3-with-ssl"),
        pytest.param(INCOMING, False, 110, Security.NONE, id="pop3-without"),
        pytest.param(INCOMING, None, None, Security.IMPLICIT, id="pop3-that-does-not-say"),
        pytest.param(OUTGOING, True, 587, Security.STARTTLS, id="smtp-with-ssl"),
        pytest.param(OUTGOING, True, 465, Security.IMPLICIT, id="smtp-with-ssl-on-465"),
        pytest.param(OUTGOING, None, None, Security.STARTTLS, id="smtp-that-does-not-say"),
    ],
)
def test_security(base: Side, ssl: bool | None, port: int | None, expected: Security) -> None:
    asked = replace(base, ssl=ssl, port=port)
    assert connection_of(asked, (), 1).security is expected


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({}, (), id="it-can-run"),
        pytest.param({"server": ""}, (Obstacle.HOST_MISSING,), id="no-server"),
        pytest.param(
            {"server": "http://a/"}, (Obstacle.HOST_UNUSABLE,), id="an-address-of-the-web"
        ),
        pytest.param({"port": None}, (), id="the-protocols-own-port"),
        pytest.param({"auth": AuthMode.WINDOWS}, (Obstacle.WINDOWS_SIGN_IN,), id="windows-sign-in"),
        pytest.param(
            {"credential": Credential.LOCAL_SYSTEM}, (Obstacle.WINDOWS_ACCOUNT,), id="the-machine's"
        ),
        pytest.param(
            {"server_type": T.EXCHANGE_ONLINE, "server": "", "autodiscover": True},
            (Obstacle.EXCHANGE,),
            id="exchange-cannot-run-yet",
        ),
    ],
)
def test_obstacles(changed: dict[str, object], expected: tuple[Obstacle, ...]) -> None:
    found = connection_of(replace(INCOMING, **changed), ACCOUNTS, 2)  # type: ignore[arg-type]
    assert found.obstacles == expected
    assert found.can_run is not bool(expected)


def test_an_account_of_the_profile_is_its_user_name() -> None:
    asked = replace(INCOMING, credential=Credential.OTHER_SPECIFIED)
    found = connection_of(asked, ACCOUNT, 2)
    assert (found.username, found.needs_password) == ("svc@example.com", True)
    assert connection_of(INCOMING, ACCOUNTS, 2).username == ""


def test_every_field_is_shown_before_and_after() -> None:
    found = {
        f.field: (f.before, f.after) for f in fields_of(INCOMING, connection_of(INCOMING, (), 1))
    }
    assert found == {
        "incomingprotocol": ("pop3", "pop3"),
        "incomingserverlocation": ("pop.example.com", "pop.example.com"),
        "incomingportnumber": ("995", "995"),
        "incomingusessl": ("true", "true"),
        "incomingsecurity": ("true", "implicit"),
        "incomingauthenticationprotocol": ("ClearText", "3"),
        "incomingcredentialretrieval": ("UserSpecified", "0"),
        "incomingusername": ("", ""),
    }


@pytest.mark.parametrize(
    ("changed", "passwords", "expected"),
    [
        pytest.param({}, 0, [], id="nothing-to-say"),
        pytest.param({}, 2, [ProfileNotice.PASSWORDS_NOT_TAKEN], id="passwords-are-not-taken"),
        pytest.param({"auth": None}, 0, [ProfileNotice.AUTH_UNKNOWN], id="auth-unknown"),
        pytest.param({"credential": None}, 0, [ProfileNotice.CREDENTIAL_UNKNOWN], id="credential"),
        pytest.param({"ssl": None}, 0, [ProfileNotice.ENCRYPTION_ASSUMED], id="ssl-unknown"),
        pytest.param({"ssl": False}, 0, [ProfileNotice.NOT_ENCRYPTED], id="no-ssl"),
        pytest.param({"port": None}, 0, [ProfileNotice.PORT_NOT_TAKEN], id="a-port-that-is-none"),
    ],
)
def test_notices(changed: dict[str, object], passwords: int, expected: list[ProfileNotice]) -> None:
    assert list(notices_of(replace(INCOMING, **changed), passwords)) == expected  # type: ignore[arg-type]


def test_windows_sign_in_becomes_negotiate() -> None:
    found = connection_of(replace(INCOMING, auth=AuthMode.WINDOWS), (), 1)
    assert (found.auth, found.protocol) == (AuthProtocol.NEGOTIATE, MailProtocol.POP3)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("mail.example.com", True),
        ("mail_1", True),
        ("192.0.2.1", True),
        ("2001:db8::1", True),
        ("mail.example.com:25", False),
        ("a b", False),
        ("-a", False),
        ("a\r\nb", False),
        ("x" * 300, False),
        ("", False),
    ],
)
def test_usable_host(host: str, *, expected: bool) -> None:
    assert usable_host(host) is expected
