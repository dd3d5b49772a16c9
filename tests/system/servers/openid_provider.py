"""oidc-provider-mock: a provider of identities that others wrote, as a process of its own."""

import contextlib
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.system.servers.ports import free_port, wait_for_port
from tests.system.servers.processes import running


@dataclass(frozen=True, slots=True)
class OpenIdServer:
    """A running provider; any client ID and secret is taken."""

    port: int

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextlib.contextmanager
def openid_provider(
    folder: Path, people: Mapping[str, Mapping[str, Any]], *, token_seconds: int = 3600
) -> Iterator[OpenIdServer]:
    """Run it with these people: claims by subject."""
    port, log = free_port(), folder / "provider.log"
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce",
               "true", "--token-max-age", str(token_seconds)]  # fmt: skip
    for subject, claims in people.items():
        command += ["--user-claims", json.dumps({"sub": subject, **claims})]
    with running(command, log=log) as process:
        wait_for_port(port, process, log=log)
        yield OpenIdServer(port)
