"""Messages that others collected: fetched as source packages where pip looks, never copied here."""

import hashlib
import io
import json
import os
import ssl
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
from pip._internal.models.index import PyPI

CACHE = Path(__file__).parents[3] / ".cache" / "corpora"
JSON = "application/vnd.pypi.simple.v1+json"  # PEP 691
LARGEST = 20_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Archive:
    """One source package: exactly these bytes."""

    project: str
    file: str
    sha256: str
    samples: str  # a pattern of the files in it


BOUNCES = Archive(
    "flufl-bounce",
    "flufl_bounce-6.0.0.tar.gz",
    "a1df16b9d1877ae4536f7d76c00d8421fcefbe694f80f5285d05c45a2547b1bc",
    "*/tests/data/*.txt",
)
MAILS = Archive(
    "mail-parser",
    "mail_parser-4.8.0.tar.gz",
    "602e659b159652d378b0f9cce2d682bee692bedae72687786e2b2e52eaeb9afc",
    "*/tests/mails/*",
)
STREAMS = Archive(
    "tnefparse",
    "tnefparse-1.4.0.tar.gz",
    "bd871432b9afecb478fda2bbd4ab3673de00db4ba5dcc723bbb6c86a76420f95",
    "*/tests/examples/*.tnef",
)

HOSTILE_HTML = Archive(
    "bleach",
    "bleach-6.4.0.tar.gz",
    "4202482733d85cedd04e59fcb2f89f4e4c7c385a78d3c3c23c30446843a37452",
    "*/tests/data/*.test",
)


def samples(archive: Archive) -> Iterator[tuple[str, bytes]]:
    """The samples of a package by name, in order.

    Raises httpx.HTTPError when it cannot be fetched, ValueError when it is not what it was.
    """
    with tarfile.open(fileobj=io.BytesIO(_fetched(archive)), mode="r:gz") as packed:
        members = {one.name: one for one in packed if one.isfile()}
        for name in sorted(name for name in members if Path(name).match(archive.samples)):
            content = packed.extractfile(members[name])
            assert content is not None
            yield f"{archive.project}/{Path(name).name}", content.read()


def _fetched(archive: Archive) -> bytes:
    kept = CACHE / archive.file
    octets = kept.read_bytes() if kept.exists() else _download(archive)
    if hashlib.sha256(octets).hexdigest() != archive.sha256:
        raise ValueError(f"{archive.file} is not the file whose messages were judged")
    if not kept.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=CACHE, delete=False) as draft:
            draft.write(octets)
        Path(draft.name).rename(kept)
    return octets


def _download(archive: Archive) -> bytes:
    trust = ssl.create_default_context(cafile=os.environ.get("PIP_CERT"))
    with httpx.Client(verify=trust, follow_redirects=True, timeout=60) as client:
        listing = client.get(f"{_index()}/{archive.project}/", headers={"Accept": JSON})
        listing.raise_for_status()
        files = {one["filename"]: one["url"] for one in json.loads(listing.content)["files"]}
        answer = client.get(str(listing.url.join(files[archive.file])))
        answer.raise_for_status()
        return answer.content[: LARGEST + 1]


def _index() -> str:
    """Where pip of this machine looks."""
    asked = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    configured = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    return (os.environ.get("PIP_INDEX_URL") or configured or PyPI.simple_url).rstrip("/")
