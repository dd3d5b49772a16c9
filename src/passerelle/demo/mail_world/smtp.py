"""The demonstration's SMTP server: aiosmtpd, with sign-in, delivering into Maildirs.

An address of the company that does not exist is refused with 550, as a real server would.
"""

import secrets
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from passerelle.demo.mail_world.post import SERVER, Post
from passerelle.demo.staff import RELAY, our_addresses
from passerelle.demo.world import HOST

SIZE_LIMIT = 35_000_000  # bytes of one message, as many providers
_OK = "250 2.0.0 Stored"
_SIGN_IN_FIRST = "530 5.7.0 Authentication required"
_NO_SUCH_USER = "550 5.1.1 No such user here"
_DISK = "452 4.3.1 The message cannot be stored now"


class _Delivery:
    """The handler that aiosmtpd calls; its method names are aiosmtpd's."""

    def __init__(self, post: Post) -> None:
        self._post = post

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        # aiosmtpd's own `auth_required` warns at every connection that has no TLS.
        if not session.authenticated:
            return _SIGN_IN_FIRST
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Ok"

    async def handle_RCPT(  # noqa: N802
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if not self._post.accepts(address):
            return _NO_SUCH_USER
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        octets = content.encode() if isinstance(content, str) else content or b""
        try:
            self._post.deliver(envelope.mail_from or "", envelope.rcpt_tos, octets)
        except OSError:
            return _DISK
        return _OK


class SmtpServer(Controller):
    """The server in a thread of its own: `start`, `stop`."""

    def __init__(self, post: Post, port: int, password: str) -> None:
        self._password = password.encode()
        super().__init__(
            _Delivery(post),
            hostname=HOST,
            port=port,
            server_hostname=SERVER,
            ident="Passerelle demonstration",
            data_size_limit=SIZE_LIMIT,
            auth_require_tls=False,  # loopback only
            authenticator=self._authenticate,
        )

    def _authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: Any
    ) -> AuthResult:
        if not isinstance(given, LoginPassword):
            return AuthResult(success=False, handled=False)
        login = given.login.decode("utf-8", "replace").lower()
        known = login == RELAY or login in our_addresses()
        right = secrets.compare_digest(given.password, self._password)
        return AuthResult(success=known and right, handled=False)
