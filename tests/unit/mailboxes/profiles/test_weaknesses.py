"""What is weak in a profile, and what is not."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.system.servers.certificates import make_certificates

from passerelle.faults.mail.protocols import CertificateExpiring, OldTls
from passerelle.faults.mailboxes import CertificateNotVerified, ConnectionUnencrypted
from passerelle.faults.profiles import AuthorityExpiring, RelayWithoutSignIn
from passerelle.mailboxes.models import EmailServerProfile
from passerelle.mailboxes.models.choices import Direction
from passerelle.mailboxes.profiles.weaknesses import all_weaknesses_of, weaknesses_of

NOW = datetime.now(UTC)
SERVERS = {"incoming_location": "imap.example.com", "outgoing_location": "smtp.example.com"}


@pytest.mark.parametrize(
    ("columns", "incoming", "outgoing"),
    [
        pytest.param({}, [], [], id="the-defaults-are-strong"),
        pytest.param({"incoming_security": "none"}, [ConnectionUnencrypted], [], id="bare"),
        pytest.param({"outgoing_verify": False}, [], [CertificateNotVerified], id="not-verified"),
        pytest.param({"oldest_tls": "1.0"}, [OldTls], [OldTls], id="tls-1.0"),
        pytest.param({"oldest_tls": "1.1"}, [OldTls], [OldTls], id="tls-1.1"),
        pytest.param({"oldest_tls": "1.3"}, [], [], id="tls-1.3"),
        pytest.param(
            {"incoming_certificate_ends": (NOW + timedelta(days=3)).date()},
            [CertificateExpiring], [], id="the-server's-certificate-ends-soon",
        ),
        pytest.param(
            {"incoming_certificate_ends": (NOW + timedelta(days=90)).date()}, [], [],
            id="it-ends-later",
        ),
        pytest.param(
            {"outgoing_credential_retrieval": 4}, [], [RelayWithoutSignIn], id="a-bare-relay"
        ),
        pytest.param({"incoming_location": ""}, [], [], id="nothing-is-said-of-no-server"),
        pytest.param(
            {"incoming_protocol": "exchange", "incoming_security": "none"}, [], [],
            id="nor-of-what-cannot-run",
        ),
    ],
)  # fmt: skip
def test_weaknesses(columns: dict[str, Any], incoming: list[type], outgoing: list[type]) -> None:
    profile = EmailServerProfile(**(SERVERS | columns))
    found = [weaknesses_of(profile, direction, NOW) for direction in Direction]
    assert [[type(one) for one in some] for some in found] == [incoming, outgoing]


def test_an_authority_that_ends_is_told_once(tmp_path: Path) -> None:
    pem = make_certificates(tmp_path).authority.read_text()  # it is valid for 30 days
    profile = EmailServerProfile(**SERVERS, authorities=pem)
    assert all_weaknesses_of(profile, NOW) == []
    (fault,) = all_weaknesses_of(profile, NOW + timedelta(days=15))
    assert isinstance(fault, AuthorityExpiring)
