"""A home folder as an installation has it, and the findings by their name."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from passerelle.configuration import Config
from passerelle.monitoring.services import Finding


@pytest.fixture
def config(tmp_path: Path) -> Config:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    return replace(Config(), home=home)


def codes(findings: Iterable[Finding]) -> list[str]:
    """The codes of what is wrong."""
    return [finding.code for finding in findings if finding.code]
