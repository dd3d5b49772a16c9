"""A mail world in a temporary folder."""

from pathlib import Path

import pytest

from passerelle.demo.mail_world.post import Post


@pytest.fixture
def post(tmp_path: Path) -> Post:
    made = Post(tmp_path / "mail")
    made.make()
    return made
