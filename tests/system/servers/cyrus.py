"""A real Cyrus IMAP on a free loopback port, with accounts of SASL's own database.

Debian's cyrus-imapd and dovecot-imapd exclude each other; tools/packages.py unpacks the former's
programs beside what is installed.
"""

import contextlib
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.system.servers.certificates import Certificates, make_certificates
from tests.system.servers.ports import free_port, wait_for_port
from tests.system.servers.processes import as_user, hand_over, program, running, short_folder
from tools.packages import unpacked

from passerelle.protocols.interfaces import Endpoint, Security

PROGRAMS = Path("/usr/lib/cyrus/bin")


@dataclass(frozen=True, slots=True)
class Cyrus:
    """A running server; an account's INBOX is made when it is signed in to at first."""

    home: Path
    owner: pwd.struct_passwd
    certificates: Certificates
    port: int

    def endpoint(self, security: Security = Security.STARTTLS) -> Endpoint:
        """How to connect; the authority of the tests is trusted."""
        authorities = self.certificates.authority.read_text()
        return Endpoint("localhost", self.port, security, authorities=authorities, loopback=True)


@contextlib.contextmanager
def cyrus(users: Mapping[str, str], *, proxies: str = "") -> Iterator[Cyrus]:
    """Run a Cyrus for those users (name to password); `proxies` may sign in for each of them."""
    master = program("master", package="cyrus-common", folders=str(PROGRAMS))
    imapd = unpacked("cyrus-imapd") / str(PROGRAMS / "imapd").lstrip("/")
    if not imapd.exists():
        pytest.skip("Cyrus' imapd is not unpacked, which `make test` does")
    if os.geteuid():
        pytest.skip("the accounts of Cyrus are made as root; run as root to include it")
    owner = pwd.getpwnam("cyrus")
    with short_folder(owner) as home:
        server = Cyrus(home, owner, make_certificates(home), free_port())
        _lay_out(server, users, proxies, imapd)
        settings = home / "imapd.conf"
        command = [*as_user(owner), master, "-D", "-C", str(settings)]
        command += ["-M", str(home / "cyrus.conf"), "-p", str(home / "run" / "master.pid")]
        log = home / "log"
        environment = {"PATH": f"{PROGRAMS}:{os.environ['PATH']}"}
        with running(command, log=log, environment=environment) as process:
            wait_for_port(server.port, process, log=log)
            yield server


def _lay_out(server: Cyrus, users: Mapping[str, str], proxies: str, imapd: Path) -> None:
    home = server.home
    for name in ("conf", "spool", "run", "proc", "lock"):
        (home / name).mkdir()
        hand_over(home / name, server.owner)
    shutil.copy(imapd, home / "imapd")  # where it was unpacked others may not enter
    (home / "imapd.conf").write_text(_settings(server, proxies))
    (home / "cyrus.conf").write_text(_services(server))
    accounts = home / "sasldb2"
    making = program("saslpasswd2", package="sasl2-bin")
    for name, password in users.items():
        command = [making, "-p", "-c", "-f", str(accounts), "-u", "localhost", name]
        subprocess.run(command, input=password.encode(), check=True)
    for path in (accounts, server.certificates.key):
        hand_over(path, server.owner)


def _settings(server: Cyrus, proxies: str) -> str:
    home, made = server.home, server.certificates
    return f"""
configdirectory: {home}/conf
defaultpartition: default
partition-default: {home}/spool
proc_path: {home}/proc
mboxname_lockpath: {home}/lock
servername: localhost
admins: cyrus
proxyservers: {proxies or "nobody"}
virtdomains: off
unixhierarchysep: yes
autocreate_quota: 0
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {home}/sasldb2
sasl_mech_list: PLAIN SCRAM-SHA-1 SCRAM-SHA-256
tls_server_cert: {made.certificate}
tls_server_key: {made.key}
tls_session_timeout: 0
"""


def _services(server: Cyrus) -> str:
    home = server.home
    return f"""
START {{
  recover cmd="{PROGRAMS}/ctl_cyrusdb -C {home}/imapd.conf -r"
}}
SERVICES {{
  imap cmd="{home}/imapd -C {home}/imapd.conf" listen="127.0.0.1:{server.port}" proto="tcp4"
}}
EVENTS {{
}}
"""
