"""A real Dovecot with IMAP and POP3, plain, STARTTLS and implicit TLS, on free loopback ports."""

import contextlib
import grp
import os
import pwd
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tests.system.servers import maildirs
from tests.system.servers.certificates import Certificates, make_certificates
from tests.system.servers.ports import free_port, wait_for_port
from tests.system.servers.processes import (
    as_user,
    hand_over,
    program,
    running,
    short_folder,
    unprivileged,
)

from passerelle.protocols.interfaces import Endpoint, Limits, Security

PACKAGES = "dovecot-imapd dovecot-pop3d"
SETTINGS = "dovecot.conf"


@dataclass(frozen=True, slots=True)
class Dovecot:
    """A running server, its users and their Maildirs."""

    home: Path
    owner: pwd.struct_passwd
    certificates: Certificates
    ports: dict[str, int] = field(
        default_factory=lambda: {name: free_port() for name in ("imap", "imaps", "pop3", "pop3s")}
    )

    def add_user(self, name: str, password: str) -> None:
        """A new account at once, or a new password within two seconds.

        A file a user: Dovecot looks at the time of each file once a second only.
        """
        self.maildir(name)
        draft = self.home / "users" / f"{name}.new"
        draft.write_text(f"{name}:{{PLAIN}}{password}\n")
        hand_over(draft, self.owner)
        draft.rename(self.home / "users" / name)

    def maildir(self, user: str) -> Path:
        """The user's Maildir, made when it is missing."""
        return maildirs.make_maildir(self.home / "mail" / user, self.owner)

    def deliver(self, user: str, raw: bytes, *, received: datetime | None = None) -> Path:
        """Put one message into the user's mailbox."""
        return maildirs.deliver(self.maildir(user), raw, self.owner, received=received)

    def endpoint(
        self,
        protocol: str = "imap",
        security: Security = Security.NONE,
        *,
        limits: Limits | None = None,
    ) -> Endpoint:
        """How to connect; the authority of the tests is trusted."""
        port = self.ports[protocol + "s" * (security is Security.IMPLICIT)]
        authorities = self.certificates.authority.read_text()
        return Endpoint(
            "localhost",
            port,
            security,
            authorities=authorities,
            loopback=True,
            limits=limits or Limits(),
        )


@contextlib.contextmanager
def dovecot(users: Mapping[str, str], *, extra: str = "") -> Iterator[Dovecot]:
    """Run a Dovecot for those users (name to password).

    `extra` is added to its configuration; `HOME` in it becomes the server's folder.
    """
    with laid_out(users, extra=extra) as server, serving(server):
        yield server


@contextlib.contextmanager
def laid_out(users: Mapping[str, str], *, extra: str = "") -> Iterator[Dovecot]:
    """All that a Dovecot needs, and its mail, while `serving` starts and stops it at will."""
    program("dovecot", package=PACKAGES)
    owner = unprivileged("dovecot")
    with short_folder(owner) as home:
        server = Dovecot(home, owner, make_certificates(home))
        for name in ("mail", "users"):
            (home / name).mkdir()
        for path in (home / "mail", home / "users", server.certificates.key):
            hand_over(path, owner)
        for name, password in users.items():
            server.add_user(name, password)
        settings = home / SETTINGS
        settings.write_text(_settings(server) + extra.replace("HOME", str(home)))
        log = home / "log"
        log.touch()
        hand_over(log, owner)
        yield server


@contextlib.contextmanager
def serving(server: Dovecot) -> Iterator["subprocess.Popen[bytes]"]:
    """Run it until the block ends. On SIGHUP it reads its certificate again."""
    binary = program("dovecot", package=PACKAGES)
    command = [*as_user(server.owner), binary, "-F", "-c", str(server.home / SETTINGS)]
    log = server.home / "log"
    with running(command, log=log) as process:
        for port in server.ports.values():
            wait_for_port(port, process, log=log)
        yield process


def _settings(server: Dovecot) -> str:
    home, user, ports = server.home, server.owner.pw_name, server.ports
    group = _group(server.owner)
    return f"""
protocols = imap pop3
base_dir = {home}/run
state_dir = {home}/run
log_path = {home}/log
listen = 127.0.0.1
ssl = yes
ssl_cert = <{server.certificates.certificate}
ssl_key = <{server.certificates.key}
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 0
mail_location = maildir:{home}/mail/%u
mail_max_userip_connections = 200
pop3_no_flag_updates = yes
pop3_lock_session = no
passdb {{
  driver = passwd-file
  args = username_format=%u {home}/users/%u
}}
userdb {{
  driver = static
  args = uid={server.owner.pw_uid} gid={server.owner.pw_gid} home={home}/mail/%u
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {ports["imap"]}
  }}
  inet_listener imaps {{
    port = {ports["imaps"]}
    ssl = yes
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {ports["pop3"]}
  }}
  inet_listener pop3s {{
    port = {ports["pop3s"]}
    ssl = yes
  }}
}}
"""


def _group(user: pwd.struct_passwd) -> str:
    return grp.getgrgid(user.pw_gid if os.geteuid() == 0 else os.getegid()).gr_name
