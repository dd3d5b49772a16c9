"""What `make check` leaves to `make test` is there, and what it keeps is short."""

import pytest
from tools.check import PAGES
from tools.steps import ROOT

WEB = ROOT / "tests" / "unit" / "web"


@pytest.mark.parametrize("part", PAGES)
def test_each_folder_of_pages_holds_tests(part: str) -> None:
    assert list((WEB / part).glob("test_*.py"))


def test_every_view_has_its_tests_among_the_pages() -> None:
    views = ROOT / "src" / "passerelle" / "web" / "views"
    folders = {one.name for one in views.iterdir() if (one / "__init__.py").exists()}
    assert folders <= set(PAGES)


@pytest.mark.parametrize("point", ["anywhere"])
def test_who_is_killed_at_a_point_is_thorough(request: pytest.FixtureRequest, point: str) -> None:
    assert request.node.get_closest_marker("thorough")


def test_who_runs_whole_cycles_is_marked(
    request: pytest.FixtureRequest, whole_cycles: None
) -> None:
    assert request.node.get_closest_marker("cycles")
