"""A moment reads the same on every page of a language."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.template import Context, Template
from django.template.defaultfilters import date
from django.test import Client
from django.utils import translation
from tests.unit.web.conftest import World
from tests.unit.web.test_hostile_text import all_pages

from passerelle import web
from passerelle.crm.models import SignInAccount

pytestmark = pytest.mark.thorough

TEMPLATES = sorted((Path(web.__file__).parent / "templates").rglob("*.html"))
# `c` is for programs, in the attribute of an element `time`.
ONE_WAY = re.compile(r"""\|date:("(SHORT_DATETIME|SHORT_DATE|TIME)_FORMAT"|'c'|"c")""")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.name)
def test_a_template_shows_moments_in_one_way(template: Path) -> None:
    source = template.read_text(encoding="utf-8")
    assert source.count("|date") == len(ONE_WAY.findall(source))


@pytest.mark.parametrize(
    ("seconds", "english", "french"),
    [
        pytest.param(0, "less than a minute", "moins d’une minute", id="now"),
        pytest.param(59, "less than a minute", "moins d’une minute", id="within-the-minute"),
        pytest.param(150, "2\N{NO-BREAK SPACE}minutes", "2\N{NO-BREAK SPACE}minutes", id="minutes"),
        pytest.param(7230, "2\N{NO-BREAK SPACE}hours", "2\N{NO-BREAK SPACE}heures", id="hours"),
    ],
)
def test_an_age_names_no_minutes_that_are_none(
    seconds: int, english: str, french: str, still_clock: datetime
) -> None:
    template = Template("{% load pages %}{{ moment|age }}")
    moment = still_clock - timedelta(seconds=seconds)
    for language, shown in (("en", english), ("fr", french)):
        with translation.override(language):
            assert template.render(Context({"moment": moment})) == shown


@pytest.mark.parametrize(
    ("language", "shown"), [("en", "2026-11-23 16:30"), ("fr", "23/11/2026 16:30")]
)
def test_the_way_of_each_language(language: str, shown: str) -> None:
    day, hour = shown.split()
    with translation.override(language):
        moment = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
        template = Template('{{ moment|date:"SHORT_DATETIME_FORMAT" }}')
        assert template.render(Context({"moment": moment}, use_tz=False)) == shown
        assert date(moment, "SHORT_DATE_FORMAT") == day
        assert date(moment, "TIME_FORMAT") == hour


@pytest.mark.django_db
@pytest.mark.database
@pytest.mark.parametrize(
    ("language", "other"),
    [
        ("en", r"\b\d{1,2} [A-Z][a-z]+\.? 20\d\d|\d\d/\d\d/20\d\d"),
        ("fr", r">[^<]*20\d\d-\d\d-\d\d"),
    ],
)
def test_no_page_has_a_way_of_its_own(
    world: World, as_administrator: Client, language: str, other: str
) -> None:
    SignInAccount.objects.filter(pk=world.administrator.pk).update(language=language)
    for name, response in all_pages(world, as_administrator):
        assert not re.search(other, response.content.decode()), name
