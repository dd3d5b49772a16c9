# ruff: noqa: N802 - the signatures of the hooks are aiosmtpd's
"""aiosmtpd in a thread: keeps what it takes, and answers as the test scripts it."""

import contextlib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from tests.system.servers.certificates import Certificates
from tests.system.servers.ports import free_port

from passerelle.protocols.interfaces import Endpoint, Limits, Security


@dataclass(slots=True)
class Answers:
    """What is answered instead of the usual; an empty text means the usual."""

    mail: str = ""
    recipients: dict[str, str] = field(default_factory=dict)
    data: str = ""
    auth: str = ""


@dataclass(slots=True)
class SmtpServer:
    """A running server; `taken` are the envelopes that it accepted, in order."""

    port: int
    users: dict[str, str]
    certificates: Certificates | None
    answers: Answers = field(default_factory=Answers)
    taken: list[Envelope] = field(default_factory=list)

    def endpoint(
        self, security: Security = Security.NONE, *, limits: Limits | None = None
    ) -> Endpoint:
        """How to connect; the authority of the tests is trusted."""
        authorities = self.certificates.authority.read_text() if self.certificates else ""
        return Endpoint(
            "localhost",
            self.port,
            security,
            authorities=authorities,
            loopback=True,
            limits=limits or Limits(),
        )

    # aiosmtpd finds its hooks by these names.

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answers.mail:
            return self.answers.mail
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.answers.recipients:
            return self.answers.recipients[address]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.answers.data:
            return self.answers.data
        self.taken.append(envelope)
        return "250 2.0.0 taken"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        """Judge by the users, or as scripted."""
        if self.answers.auth:
            return AuthResult(success=False, handled=False, message=self.answers.auth)
        good = isinstance(data, LoginPassword) and (
            self.users.get(data.login.decode()) == data.password.decode()
        )
        return AuthResult(success=good, handled=False)


@contextlib.contextmanager
def smtp_server(
    users: dict[str, str] | None = None, *, certificates: Certificates | None = None
) -> Iterator[SmtpServer]:
    """Run a server: with users it wants a sign-in, with certificates it offers STARTTLS."""
    server = SmtpServer(free_port(), users or {}, certificates)
    with serving(server):
        yield server


@contextlib.contextmanager
def serving(server: SmtpServer) -> Iterator[None]:
    """Run it until the block ends; started again, it has the same port and keeps what it took."""
    context = None
    if server.certificates is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(server.certificates.certificate, server.certificates.key)
    controller = Controller(
        server,
        hostname="127.0.0.1",
        port=server.port,
        authenticator=server.authenticate if server.users else None,
        auth_require_tls=False,
        tls_context=context,
        enable_SMTPUTF8=True,
    )
    controller.start()
    try:
        yield
    finally:
        controller.stop()
