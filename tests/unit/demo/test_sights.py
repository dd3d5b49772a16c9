"""Each sight has a page of its own, which exists."""

import pytest
from django.urls import resolve
from django.utils import translation

from passerelle.demo.sights import sights


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_sight_is_told_with_a_page(language: str) -> None:
    with translation.override(language):
        found = sights()
    paths = [sight.path for sight in found]
    assert len(set(paths)) == len(found)
    assert all(resolve(path.partition("?")[0]).view_name for path in paths)


def test_sights_are_told_in_both_languages() -> None:
    with translation.override("en"):
        english = {sight.text for sight in sights()}
    with translation.override("fr"):
        french = {sight.text for sight in sights()}
    assert not english & french
