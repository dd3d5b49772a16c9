"""What people need who do not see, or see less: names, headings, order, contrast.

Not a whole audit: what can be counted on every page without a browser.
"""

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from tests.unit.web.conftest import World
from tests.unit.web.test_hostile_text import all_pages

from passerelle import web

pytestmark = pytest.mark.thorough

SHEET = Path(web.__file__).parent / "static/web/passerelle.css"
LIGHT, DARK = "light", "dark"
LEAST = 4.5  # WCAG 2.2, 1.4.3, text of usual size
TEXTS = ("text", "muted", "accent", "good", "warn", "bad")
TONES = ("accent", "good", "warn", "bad")
GROUNDS = ("ground", "surface", "raised")
PAIRS = [
    *((text, ground) for text in TEXTS for ground in GROUNDS),
    *((text, f"{tone}-soft") for tone in TONES for text in (tone, "text", "muted")),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
]  # fmt: skip


def themes() -> dict[str, dict[str, str]]:
    """The colours of both themes, each named once as `light-dark(light, dark)`."""
    pairs = re.findall(
        r"--([a-z-]+):\s*light-dark\(#([0-9a-f]{6}), #([0-9a-f]{6})\)",
        SHEET.read_text(encoding="utf-8"),
    )
    ink = dict(re.findall(r"--(ink[a-z-]*):\s*#([0-9a-f]{6})", SHEET.read_text(encoding="utf-8")))
    light = {name: colour for name, colour, _ in pairs}
    dark = {name: colour for name, _, colour in pairs}
    return {LIGHT: light, DARK: {**dark, **ink}}


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, Definitions)."""
    shares = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_formula_is_the_known_one() -> None:
    assert contrast("000000", "ffffff") == pytest.approx(21)
    assert contrast("777777", "ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize(("text", "ground"), PAIRS, ids=["-on-".join(pair) for pair in PAIRS])
def test_text_stands_out_from_its_ground(theme: str, text: str, ground: str) -> None:
    colours = themes()[theme]
    assert contrast(colours[text], colours[ground]) >= LEAST


@pytest.mark.parametrize("text", ["text", "muted", "accent"])
@pytest.mark.parametrize("ground", ["ink", "ink-here"])
def test_text_of_the_side_stands_out_from_its_ink(text: str, ground: str) -> None:
    colours = themes()[DARK]
    assert contrast(colours[text], colours[ground]) >= LEAST


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("line", ["line-strong", "focus"])
def test_borders_of_fields_and_the_focus_are_seen(theme: str, line: str) -> None:
    colours = themes()[theme]
    for ground in ("surface", "ground"):
        assert contrast(colours[line], colours[ground]) >= 3  # WCAG 2.2, 1.4.11


class Page(HTMLParser):
    """What of a page can be counted."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.lang = ""
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.fields: list[dict[str, str]] = []
        self.nameless: list[str] = []
        self.tabindexes: list[str] = []
        self.described: set[str] = set()
        self.mains = 0
        self._within_label = 0
        self._named: list[tuple[str, list[str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids += [given["id"]] if "id" in given else []
        self.tabindexes += [given["tabindex"]] if "tabindex" in given else []
        self.described |= set(given.get("aria-describedby", "").split())
        if tag == "html":
            self.lang = given.get("lang", "")
        elif tag == "main":
            self.mains += 1
        elif re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        elif tag == "label":
            self._within_label += 1
            self.labelled.add(given.get("for", ""))
        elif tag in {"input", "select", "textarea"} and given.get("type") != "hidden":
            self.fields += [] if self._within_label else [given]
        elif tag == "img":
            self.nameless += [] if "alt" in given else [str(given)]
        if tag in {"a", "button", "th", "summary", "title"}:
            self._named.append((tag, [given.get("aria-label", "")]))

    def handle_data(self, data: str) -> None:
        for _, texts in self._named:
            texts.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._within_label -= tag == "label"
        if self._named and self._named[-1][0] == tag:
            _, texts = self._named.pop()
            self.nameless += [] if "".join(texts).strip() else [tag]

    def unlabelled(self) -> list[dict[str, str]]:
        return [
            one
            for one in self.fields
            if one.get("id") not in self.labelled and not one.get("aria-label")
        ]


def assert_readable(name: str, html: str) -> None:
    page = Page(html)
    assert page.lang in {"en", "fr"}, name
    assert page.mains == 1, name
    assert page.headings.count(1) == 1, (name, page.headings)
    within = page.headings[page.headings.index(1) :]
    assert all(after - before <= 1 for before, after in pairwise(within)), name
    assert not page.unlabelled(), name
    assert not page.nameless, name
    assert len(page.ids) == len(set(page.ids)), name
    assert page.described <= set(page.ids), name
    assert set(page.tabindexes) <= {"-1", "0"}, name


GOOD = '<html lang="fr"><main><h1>A</h1><label for="b">B</label><input id="b"></main>'


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        pytest.param('lang="fr"', "", id="no-language"),
        pytest.param("<h1>A</h1>", "", id="no-heading"),
        pytest.param("<h1>A</h1>", "<h1>A</h1><h3>B</h3>", id="a-level-left-out"),
        pytest.param('for="b"', 'for="c"', id="a-field-without-label"),
        pytest.param(
            "<h1>A</h1>", "<h1>A</h1><a href=x><img src=y alt=''></a>", id="a-nameless-link"
        ),
        pytest.param("<h1>A</h1>", '<h1>A</h1><p id="b">', id="an-id-twice"),
        pytest.param('<input id="b"', '<input id="b" tabindex="3"', id="an-order-of-its-own"),
        pytest.param(
            '<input id="b"', '<input id="b" aria-describedby="c"', id="described-by-nothing"
        ),
    ],
)
def test_what_cannot_be_read_aloud_is_found(right: str, wrong: str) -> None:
    assert_readable("good", GOOD)
    with pytest.raises(AssertionError):
        assert_readable("bad", GOOD.replace(right, wrong))


@pytest.mark.django_db
@pytest.mark.database
def test_each_page_can_be_read_aloud(world: World, as_administrator: Client) -> None:
    parts = {
        "profile-port",
        "profile-names",
        "profile-steps",
        "settings-token",
        "mailbox-epoch",
        "place-track",
        "test-steps",
        "status",
        "account-merging",
        "contact-merging",
        "lead-merging",
    }
    for name, response in all_pages(world, as_administrator):
        if name not in parts and not response.streaming:
            assert_readable(name, response.content.decode())
    for form in ("contact-new", "user-new", "queue-new", "profile-new", "migration-files"):
        response = as_administrator.post(reverse(f"web:{form}"), {"of": "a browser"})
        assert response.status_code == 422, form
        assert_readable(form, response.content.decode())


@pytest.mark.django_db
@pytest.mark.database
def test_pages_before_the_sign_in_can_be_read_aloud() -> None:
    for address in ("/sign-in/", "/sign-in/token/"):
        assert_readable(address, Client().get(address).content.decode())
