"""What `make test` does about packages that lack, judged with stand-ins for dpkg and apt-get."""

import os
from pathlib import Path

import pytest
from tools.packages import provide, provide_beside, unpacked

DPKG = """#!/bin/sh
for name; do :; done
grep -qx "$name" "$PACKAGES" && printf installed || exit 1
"""
APT = """#!/bin/sh
echo "$@" >> "$CALLS"
sh "$POLICY" ; echo "policy says $?" >> "$CALLS"
case "$*" in *install*) for name; do echo "$name"; done >> "$PACKAGES";; esac
"""

APT_CACHE = """#!/bin/sh
case "$2" in
chromium) echo "  Candidate: 2:1snap1-0ubuntu2" ;;
unheard-of) ;;
withdrawn) echo "  Candidate: (none)" ;;
*) echo "  Candidate: 1.0" ;;
esac
"""

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="packages are installed by root alone")


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, text in (("dpkg-query", DPKG), ("apt-get", APT), ("apt-cache", APT_CACHE)):
        (programs / name).write_text(text, encoding="ascii")
        (programs / name).chmod(0o755)
    (tmp_path / "packages").write_text("postgresql\n", encoding="ascii")
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("PACKAGES", str(tmp_path / "packages"))
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    monkeypatch.setenv("POLICY", str(tmp_path / "policy-rc.d"))
    return tmp_path / "policy-rc.d"


def calls(policy: Path) -> list[str]:
    return (policy.parent / "calls").read_text(encoding="ascii").splitlines()


def test_nothing_is_run_when_everything_is_there(policy: Path) -> None:
    assert provide(["postgresql"], policy)
    assert not (policy.parent / "calls").exists()


@root_only
def test_what_lacks_is_installed_while_no_service_may_start(policy: Path) -> None:
    assert provide(["postgresql", "postfix"], policy)
    update, _, install, forbidden = calls(policy)
    assert update.endswith("update")
    assert install.endswith("install --no-install-recommends postfix")
    assert forbidden == "policy says 101"
    assert not policy.exists()


@root_only
def test_a_policy_that_was_there_comes_back(policy: Path) -> None:
    policy.write_text("exit 0", encoding="ascii")
    assert provide(["postfix"], policy)
    assert calls(policy)[-1] == "policy says 101"
    assert policy.read_text(encoding="ascii") == "exit 0"


@root_only
def test_what_is_not_offered_is_named_and_the_rest_installed(
    policy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not provide(["chromium", "postfix", "unheard-of", "withdrawn"], policy)
    assert any(call.endswith("--no-install-recommends postfix") for call in calls(policy))
    said = capsys.readouterr().out
    for name in ("chromium", "unheard-of", "withdrawn"):
        assert f"{name} is not offered" in said
    assert "postfix is not offered" not in said


DPKG_DEB = """#!/bin/sh
echo "$@" >> "$CALLS"
mkdir -p "$3/usr/bin" && touch "$3/usr/bin/imapd"
"""
DOWNLOADING = """#!/bin/sh
for name; do :; done
echo "$@" >> "$CALLS"
[ "$name" = unheard-of ] || touch "${name}_1.0_all.deb"
"""


@pytest.fixture
def downloads(policy: Path) -> Path:
    """What is unpacked beside what is installed."""
    for name, text in (("apt-get", DOWNLOADING), ("dpkg-deb", DPKG_DEB)):
        program = policy.parent / "bin" / name
        program.write_text(text, encoding="ascii")
        program.chmod(0o755)
    return policy.parent / "unpacked"


def test_what_excludes_another_package_is_unpacked_beside_it_once(
    policy: Path, downloads: Path
) -> None:
    for _ in range(2):
        assert provide_beside(["cyrus-imapd"], downloads)
    assert (unpacked("cyrus-imapd", downloads) / "usr" / "bin" / "imapd").exists()
    assert sum("download" in call for call in calls(policy)) == 1
    assert [path.name for path in downloads.iterdir()] == ["cyrus-imapd"]


def test_what_cannot_be_downloaded_is_named(
    downloads: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not provide_beside(["unheard-of"], downloads)
    assert "unheard-of could not be downloaded" in capsys.readouterr().out
    assert not unpacked("unheard-of", downloads).exists()
