"""Places that a test chooses, and the companies of the neighbours' tests."""

from collections.abc import Callable, Iterator

import pytest
from tests.unit.sync.conftest import Company, at_work, make_company
from tests.unit.web.conftest import world

from passerelle.mailboxes.services import standing

__all__ = ["world"]


@pytest.fixture
def company(db: None) -> Iterator[Company]:
    """Made anew: with the settings that its test chose before."""
    with at_work(make_company) as company:
        yield company


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Say where this process is."""

    def go(place: str) -> None:
        monkeypatch.setattr(standing, "_place", lambda *_: place)

    go("home:first:1:m")
    return go
