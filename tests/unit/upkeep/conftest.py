"""Places that a test chooses, and the companies of the neighbours' tests."""

from collections.abc import Callable

import pytest
from tests.unit.sync.conftest import company
from tests.unit.web.conftest import made_before, world

from passerelle.mailboxes.services import standing

__all__ = ["company", "made_before", "world"]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Say where this process is."""

    def go(place: str) -> None:
        monkeypatch.setattr(standing, "_place", lambda *_: place)

    go("home:first:1:m")
    return go
