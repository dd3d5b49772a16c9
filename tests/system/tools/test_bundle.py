"""The archive for machines without network installs and runs in a place that has none."""

import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from tools.bundle import bundle


def without_network(*words: str) -> list[str]:
    """In a network namespace of its own, where root may make one; else without an index alone."""
    if os.geteuid() == 0 and shutil.which("unshare"):
        return ["unshare", "--net", *words]
    return list(words)


@pytest.mark.timeout(600)
def test_it_installs_and_runs_without_network(tmp_path: Path) -> None:
    archive = bundle(tmp_path)
    with tarfile.open(archive) as stream:
        stream.extractall(tmp_path / "out", filter="data")
    (folder,) = (tmp_path / "out").iterdir()
    target = tmp_path / "opt"
    names = {name: text for name, text in os.environ.items() if not name.startswith("PASSERELLE_")}
    nowhere = names | {"PIP_INDEX_URL": "http://127.0.0.1:1/", "PIP_CONFIG_FILE": os.devnull}
    command = without_network(str(folder / "install.sh"), str(target))
    subprocess.run(command, env=nowhere, check=True, timeout=300)
    environment = nowhere | {"PASSERELLE_HOME": str(tmp_path / "home")}
    program = str(target / ".venv" / "bin" / "passerelle")
    (tmp_path / "home").mkdir(mode=0o700)
    done = subprocess.run(
        without_network(program, "--json", "doctor"),
        env=environment, capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert '"name": "Settings"' in done.stdout, done.stdout + done.stderr
    assert (target / "examples" / "passerelle.service").exists()


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    from tools.bundle import INSTALL

    (tmp_path / "install.sh").write_text(INSTALL)
    (tmp_path / "run.txt").write_text("changed")
    (tmp_path / "SHA256SUMS").write_text("0" * 64 + "  run.txt\n")
    done = subprocess.run(
        ["sh", str(tmp_path / "install.sh"), str(tmp_path / "opt")],
        capture_output=True,
        check=False,
    )
    assert done.returncode != 0
    assert not (tmp_path / "opt").exists()
