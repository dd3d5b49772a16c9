"""`make offline`: one archive that installs Passerelle on a machine without network.

It holds the wheels of the lock for this make of machine and this Python, our own wheel, the
examples and the pages for operators, and a script that installs with `--no-index` and the hashes
of the lock. Made on a machine with network, of the same kind as the one that will run it.
"""

import hashlib
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from passerelle import __version__
from tools.steps import ROOT

TARGET = ROOT / "build"
LOCK = ROOT / "requirements" / "run.txt"
INSTALL = """\
#!/bin/sh
# Installs Passerelle into the folder that is named, from what lies beside this script alone.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=${1:-/opt/passerelle}
python=${PYTHON:-python3}
(cd "$here" && sha256sum --check --quiet SHA256SUMS)
mkdir -p "$target"
"$python" -m venv "$target/.venv"
pip="$target/.venv/bin/python -m pip --disable-pip-version-check install --quiet --no-index"
$pip --find-links "$here/wheels" --require-hashes -r "$here/run.txt"
$pip --no-deps "$here"/wheels/passerelle-*.whl
cp -R "$here/docs" "$here/examples" "$target/"
"$target/.venv/bin/passerelle" --help >/dev/null
echo "Passerelle is installed: $target/.venv/bin/passerelle"
"""
README = """\
Passerelle {version}, for {system} and Python {python}, without network:

    tar xzf {name}.tar.gz
    sudo {name}/install.sh /opt/passerelle

Then read docs/operating.md.
"""


def main() -> int:
    TARGET.mkdir(exist_ok=True)
    print(bundle(TARGET))
    return 0


def bundle(target: Path) -> Path:
    """Make the archive in that folder; where it lies."""
    python = ".".join(platform.python_version_tuple()[:2])
    system = f"{platform.system().lower()}-{platform.machine()}"
    name = f"passerelle-{__version__}-{system}-py{python}"
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / name
        wheels = folder / "wheels"
        wheels.mkdir(parents=True)
        _pip("download", "--require-hashes", "--only-binary=:all:", "--no-deps",
             "-r", str(LOCK), "-d", str(wheels))  # fmt: skip
        _pip("wheel", "--no-deps", "-w", str(wheels), str(_source(made)))
        shutil.copy(LOCK, folder / "run.txt")
        shutil.copytree(ROOT / "docs", folder / "docs", ignore=shutil.ignore_patterns("pictures"))
        shutil.copytree(ROOT / "examples", folder / "examples")
        (folder / "install.sh").write_text(INSTALL, encoding="utf-8")
        (folder / "install.sh").chmod(0o755)
        text = README.format(version=__version__, system=system, python=python, name=name)
        (folder / "README").write_text(text, encoding="utf-8")
        (folder / "SHA256SUMS").write_text(_sums(folder), encoding="utf-8")
        archive = target / f"{name}.tar.gz"
        with tarfile.open(archive, "w:gz") as stream:
            stream.add(folder, name)
    return archive


def _source(made: str) -> Path:
    """A copy without what was built here, so that the wheel holds the source of now."""
    copy = Path(made) / "source"
    copy.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    shutil.copytree(
        ROOT / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
    )
    return copy


def _sums(folder: Path) -> str:
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return "".join(
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(folder)}\n"
        for file in files
    )


def _pip(*words: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *words]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    sys.exit(main())
