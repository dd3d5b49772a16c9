"""`make lock`: write requirements/*.txt anew, with hashes and without naming any index.

uv resolves for every platform at once; it is fetched into a throw-away environment. The index is
the one that pip is set up with here, and it leaves no trace in the files.
"""

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from tools.steps import ROOT

SOURCES = {
    "dev": ["pyproject.toml", "requirements/dev.in"],
    "demo": ["pyproject.toml", "requirements/demo.in"],
    "run": ["pyproject.toml"],
}
OPTIONS = [
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-header",
    "--no-annotate",
    "--no-emit-index-url",
    "--quiet",
]


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="passerelle-lock-") as folder:
        venv.create(folder, with_pip=True)
        pip, uv = (str(Path(folder) / "bin" / name) for name in ("pip", "uv"))
        subprocess.run([pip, "install", "--quiet", "uv"], check=True)
        for name, sources in SOURCES.items():
            target = f"requirements/{name}.txt"
            command = [uv, "pip", "compile", *sources, *OPTIONS, "-o", target]
            subprocess.run(command, cwd=ROOT, env=_environment(), check=True)
            print(f"written: {target}")
    return 0


def _environment() -> dict[str, str]:
    command = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    index = os.environ.get("PIP_INDEX_URL") or asked.stdout.strip()
    return {**os.environ, **({"UV_DEFAULT_INDEX": index} if index else {})}


if __name__ == "__main__":
    sys.exit(main())
