"""A real Postfix on a free loopback port, delivering into Maildirs of its own folder.

Its master must start as root, so without root the test is skipped. Its configuration and queue are
its own; the system's Postfix is neither read nor touched.
"""

import contextlib
import grp
import os
import pwd
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.system.servers import maildirs
from tests.system.servers.certificates import Certificates, make_certificates
from tests.system.servers.ports import free_port, wait_for_port
from tests.system.servers.processes import program, running, short_folder

from passerelle.protocols.interfaces import Endpoint, Limits, Security

DOMAIN = "example.org"
SIZE_LIMIT = 20_000_000
SPOOL_FOLDERS = (
    *("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private"),
    *("saved", "trace", "public", "maildrop", "pid"),
)


@dataclass(frozen=True, slots=True)
class Postfix:
    """A running server: an anonymous relay for its own domain."""

    home: Path
    owner: pwd.struct_passwd
    certificates: Certificates
    port: int

    def delivered(self, user: str) -> list[bytes]:
        """What lies in the Maildir of user@example.org; delivery follows acceptance by moments."""
        return maildirs.delivered(self.home / "mail" / user)

    def endpoint(
        self, security: Security = Security.NONE, *, limits: Limits | None = None
    ) -> Endpoint:
        """How to connect; the authority of the tests is trusted."""
        authorities = self.certificates.authority.read_text()
        return Endpoint(
            "localhost",
            self.port,
            security,
            authorities=authorities,
            loopback=True,
            limits=limits or Limits(),
        )


@contextlib.contextmanager
def postfix(
    users: Sequence[str], *, extra: str = "", services: Sequence[str] = ()
) -> Iterator[Postfix]:
    """Run a Postfix that knows those users of example.org; it refuses every other recipient.

    `extra` is added to its main.cf, `services` to its master.cf.
    """
    binary = program("postfix", package="postfix")
    if os.geteuid():
        pytest.skip("Postfix must start as root; run as root to include it")
    root, owner = pwd.getpwuid(0), pwd.getpwnam("nobody")
    with short_folder(root) as home:
        server = Postfix(home, owner, make_certificates(home), free_port())
        _lay_out(server, users)
        with (home / "etc" / "main.cf").open("a") as main:
            main.write(extra)
        with (home / "etc" / "master.cf").open("a") as master:
            master.writelines(f"{line}\n" for line in services)
        settings = home / "etc"
        log = home / "log"
        command = [_master(binary), "-c", str(settings), "-d"]
        environment = {"PATH": os.environ["PATH"], "MAIL_CONFIG": str(settings)}
        with running(command, log=log, environment=environment) as process:
            wait_for_port(server.port, process, log=log)
            yield server


def _master(binary: str) -> str:
    found = shutil.which("master", path="/usr/lib/postfix/sbin:/usr/libexec/postfix")
    return found or pytest.skip(f"{binary} is there, its master is not: apt-get install postfix")


def _lay_out(server: Postfix, users: Sequence[str]) -> None:
    home, settings = server.home, server.home / "etc"
    settings.mkdir()
    (settings / "users").write_text("".join(f"{name}@{DOMAIN} {name}/\n" for name in users))
    (settings / "main.cf").write_text(_main(server))
    (settings / "master.cf").write_text(_services(server.port))
    spool, state = home / "spool", home / "state"
    mail_user, mail_group = pwd.getpwnam("postfix"), grp.getgrnam("postfix")
    for folder in SPOOL_FOLDERS:
        (spool / folder).mkdir(parents=True)
        if folder != "pid":
            os.chown(spool / folder, mail_user.pw_uid, -1)
    for folder in ("public", "maildrop"):
        os.chown(spool / folder, -1, grp.getgrnam("postdrop").gr_gid)
    state.mkdir()
    os.chown(state, mail_user.pw_uid, mail_group.gr_gid)
    (home / "mail").mkdir()
    os.chown(home / "mail", server.owner.pw_uid, server.owner.pw_gid)
    for name in users:
        maildirs.make_maildir(home / "mail" / name, server.owner)


def _main(server: Postfix) -> str:
    home, owner, made = server.home, server.owner, server.certificates
    return f"""
compatibility_level = 3.6
queue_directory = {home}/spool
data_directory = {home}/state
maillog_file = {home}/log
maillog_file_prefixes = {home}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.{DOMAIN}
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
virtual_mailbox_domains = {DOMAIN}
virtual_mailbox_base = {home}/mail
virtual_mailbox_maps = texthash:{home}/etc/users
virtual_uid_maps = static:{owner.pw_uid}
virtual_gid_maps = static:{owner.pw_gid}
virtual_minimum_uid = 1
smtpd_relay_restrictions = reject_unauth_destination
smtpd_recipient_restrictions =
smtpd_tls_security_level = may
smtpd_tls_cert_file = {made.certificate}
smtpd_tls_key_file = {made.key}
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_error_sleep_time = 0
message_size_limit = {SIZE_LIMIT}
virtual_mailbox_limit = 0
default_transport = error:nothing leaves this machine
relay_transport = error:nothing leaves this machine
"""


def _services(port: int) -> str:
    services = [
        f"127.0.0.1:{port} inet n - n - - smtpd",
        "pickup unix n - n 60 1 pickup",
        "cleanup unix n - n - 0 cleanup",
        "qmgr unix n - n 300 1 qmgr",
        "tlsmgr unix - - n 1000? 1 tlsmgr",
        "rewrite unix - - n - - trivial-rewrite",
        "bounce unix - - n - 0 bounce",
        "defer unix - - n - 0 bounce",
        "trace unix - - n - 0 bounce",
        "verify unix - - n - 1 verify",
        "flush unix n - n 1000? 0 flush",
        "proxymap unix - - n - - proxymap",
        "error unix - - n - - error",
        "retry unix - - n - - error",
        "discard unix - - n - - discard",
        "virtual unix - n n - - virtual",
        "anvil unix - - n - 1 anvil",
        "scache unix - - n - 1 scache",
        "postlog unix-dgram n - n - 1 postlogd",
    ]
    return "".join(f"{line}\n" for line in services)
