"""The steps of opening a connection: resolve, connect, TLS, sign in.

The adapter says when each is done; whatever fails belongs to the step that was running. A
connection that is not encrypted or not verified passes with a warning that says so.
"""

from datetime import date, datetime

from passerelle.faults import Fault
from passerelle.faults.mail.protocols import CertificateExpiring, OldTls
from passerelle.faults.mailboxes import CertificateNotVerified, ConnectionUnencrypted
from passerelle.mailboxes.models.choices import Direction
from passerelle.mailboxes.testing.steps import Steps
from passerelle.protocols.interfaces import Endpoint, Security, StepName

EXPIRES_SOON_DAYS = 21
OLD = {"TLSv1": "1.0", "TLSv1.1": "1.1"}  # as OpenSSL calls them


class OpeningSteps:
    """Turns what an adapter says while it opens into steps; it is the adapter's `Watch`."""

    def __init__(self, steps: Steps, direction: Direction, today: date, *, then: str = "") -> None:
        """`then` names what follows the encryption, where that is not to sign in."""
        self._steps = steps
        self._direction = direction
        self._today = today
        self._endpoint: Endpoint | None = None
        self._anonymous = False
        self._then = then
        self.certificate_ends: date | None = None

    def begin(self) -> None:
        """The first step begins before anything is known of the server."""
        self._steps.begin(self._direction, StepName.RESOLVE.value)

    def know(self, endpoint: Endpoint, *, anonymous: bool) -> None:
        """Where the connection goes."""
        self._endpoint = endpoint
        self._anonymous = anonymous

    def __call__(self, step: StepName, fact: str) -> None:
        """The adapter finished a step."""
        match step:
            case StepName.RESOLVE:
                self._steps.passed(fact)
                self._steps.begin(self._direction, StepName.CONNECT.value)
            case StepName.CONNECT:
                self._steps.passed(fact)
                self._after_connecting()
            case StepName.TLS:
                warning = self._tls_warning(fact)
                if warning is None:
                    self._steps.passed(fact)
                else:
                    self._steps.warned(warning, fact)
                self._before_sign_in()
            case StepName.SIGN_IN:
                if self._steps.is_running:
                    self._steps.passed(fact)

    def _after_connecting(self) -> None:
        endpoint = self._endpoint
        self._steps.begin(self._direction, StepName.TLS.value)
        if endpoint is not None and endpoint.security is Security.NONE:
            self._steps.warned(ConnectionUnencrypted(host=endpoint.host))
            self._before_sign_in()

    def _before_sign_in(self) -> None:
        if self._then:
            self._steps.begin(self._direction, self._then)
        elif self._anonymous:
            self._steps.skipped(self._direction, StepName.SIGN_IN.value)
        else:
            self._steps.begin(self._direction, StepName.SIGN_IN.value)

    def _tls_warning(self, fact: str) -> Fault | None:
        endpoint = self._endpoint
        self.certificate_ends = expiry = expiry_in(fact)
        if endpoint is None:
            return None
        spoken = OLD.get(fact.partition(",")[0])
        if spoken:
            return OldTls(host=endpoint.host, version=spoken)
        if not endpoint.verify:
            return CertificateNotVerified(host=endpoint.host)
        if expiry is not None and (expiry - self._today).days <= EXPIRES_SOON_DAYS:
            return CertificateExpiring(host=endpoint.host, days=(expiry - self._today).days)
        return None


def expiry_in(fact: str) -> date | None:
    """The day on which the certificate ends, as the adapter writes it: `TLSv1.3, …, 2027-01-31`."""
    _, _, day = fact.rpartition(", ")
    try:
        return datetime.strptime(day, "%Y-%m-%d").date()  # noqa: DTZ007 - a day, not a moment
    except ValueError:
        return None
