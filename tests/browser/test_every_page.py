"""Every page, looked at by a browser: readable by all, in its language, within its width.

Four looks, so that each language is seen light and dark, wide and narrow. On each page: axe-core
(WCAG 2.0 to 2.2, A and AA), the console, the title, the heading, the language, words left in
English, and the width of the document.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from babel.messages.pofile import read_po
from django.template.loader import render_to_string
from django.utils.translation import override
from playwright.sync_api import Browser, Page, Response, Route
from pytest_django.live_server_helper import LiveServer
from tests.browser.places import NO_PAGES, PAGES, Place, Who
from tests.browser.site import PATIENCE_SECONDS, Look, Site, Visit
from tests.browser.turns import Turns
from tests.browser.whole_company import WholeCompany, make_whole_company
from tests.unit.web.test_who_may_open_what import POST

import passerelle
from passerelle.web import urls

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
CATALOGUE = Path(passerelle.__file__).parent / "locale/fr/LC_MESSAGES/django.po"
LOOKS = [
    Look("en", width=1280, scheme="light"),
    Look("fr", width=1280, scheme="dark"),
    Look("fr", width=400, scheme="light"),
    Look("en", width=400, scheme="dark"),
]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE = """tags => axe.run(document, {
    runOnly: {type: "tag", values: tags}, resultTypes: ["violations"], iframes: false,
}).then(found => found.violations.map(one =>
    `${one.id}: ${one.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(" | ")}`))"""
PAGE = """() => {
    const OTHERS = "script, style, textarea, pre, [lang]:not(html)";
    const texts = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        if (!walk.currentNode.parentElement.closest(OTHERS)) texts.push(walk.currentNode.data);
    }
    for (const element of document.querySelectorAll("body *"))
        for (const name of ["aria-label", "placeholder", "title", "alt"])
            if (element.hasAttribute(name)) texts.push(element.getAttribute(name));
    return {
        title: document.title,
        lang: document.documentElement.lang,
        headings: [...document.querySelectorAll("h1")].map(one => one.innerText.trim()),
        texts: texts.map(text => text.trim().replace(/\\s+/g, " ")).filter(text => text),
        excess: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    };
}"""
# What people named in the company of the tests, and what is the same word in its place.
NAMES = {"Order", "Support", "Company", "Customer Inc", "Sales", "Answer", "Usual", "Lead"}


@dataclass(slots=True)
class Findings:
    """What is wrong with which page, told all at once."""

    faults: list[str] = field(default_factory=list)
    titles: dict[tuple[Who, str], str] = field(default_factory=dict)

    def add(self, place: Place, *faults: str) -> None:
        self.faults += [f"{place.title}: {fault}" for fault in faults]

    def title(self, place: Place, title: str) -> None:
        """Two pages that a person may have open in two tabs are told apart by their titles."""
        first = self.titles.setdefault((place.who, title), place.name)
        if first != place.name:
            self.add(place, f"its title {title!r} is that of {first}, too")


@pytest.fixture(scope="module")
def english() -> set[str]:
    """Texts that stand on no French page, for their translation is another."""
    with CATALOGUE.open("rb") as file:
        texts = read_po(file, locale="fr")
    return {
        str(text.id)
        for text in texts
        if isinstance(text.id, str) and text.id and text.string and text.id != text.string
    } - NAMES


@pytest.fixture
def company(transactional_db: None) -> WholeCompany:
    return make_whole_company()


def test_every_address_is_looked_at() -> None:
    names = {str(pattern.name) for pattern in urls.urlpatterns}
    looked_at = {place.name for place in PAGES}
    buttons = {row[0] for row in POST}
    forgotten = names - looked_at - buttons - set(NO_PAGES)
    assert not forgotten, f"add to PAGES of tests/browser/places.py: {sorted(forgotten)}"
    gone = (looked_at | set(NO_PAGES)) - names
    assert not gone, f"no address has these names any more: {sorted(gone)}"
    assert not looked_at & set(NO_PAGES), "a page is no exception"


@pytest.fixture
def site(company: WholeCompany, live_server: LiveServer, turns: Turns, chromium: Browser) -> Site:
    return Site(live_server.url, company.world, chromium, turns)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_page(look: Look, company: WholeCompany, site: Site, english: set[str]) -> None:
    findings = Findings()
    for place, visit in looks(site, company, look):
        seen = visit.page.evaluate(PAGE)
        judge(findings, place, seen, look)
        if look.language == "fr":
            left = sorted(set(seen["texts"]) & english)
            findings.add(place, *(f"still English: {text!r}" for text in left))
        findings.add(place, *axe(visit.page), *unmeant(place, visit.complaints))
        visit.complaints.clear()
    assert not findings.faults, "\n".join(findings.faults)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_pages_of_failures(
    look: Look, live_server: LiveServer, turns: Turns, chromium: Browser
) -> None:
    """No address of the product shows them. 500 and 503 are in both languages: nothing was read."""
    with chromium.new_context(
        viewport={"width": look.width, "height": 900}, color_scheme=look.scheme
    ) as context:
        context.set_default_timeout(PATIENCE_SECONDS * 1000)
        page = context.new_page()
        findings = Findings()
        for name in ("400", "500", "503"):
            with override(look.language):
                html = render_to_string(f"{name}.html")
            address = f"{live_server.url}/failed-{name}/"
            page.route(address, partial(_answer, html))
            page.goto(address)
            place = Place(name, who=Who.NOBODY)
            seen = page.evaluate(PAGE)
            judge(findings, place, {**seen, "lang": look.language}, look)
            findings.add(place, *axe(page))
        assert not findings.faults, "\n".join(findings.faults)


def _answer(html: str, route: Route) -> None:
    route.fulfill(body=html, content_type="text/html")


def looks(site: Site, company: WholeCompany, look: Look) -> Iterator[tuple[Place, Visit]]:
    """Open each page for who looks at it; each person signs in once."""
    for who in Who:
        with site.turns.alone():
            client = who.client(company)
        with site.window(client, look) as visit:
            for place in (one for one in PAGES if one.who is who):
                answer = visit.page.goto(place.address(company))
                _settle(visit.page)
                if place.press:
                    answer = _press(visit.page, place)
                assert answer is not None
                assert answer.status == place.status, place.title
                yield place, visit


def _press(page: Page, place: Place) -> Response:
    """Fill in and press; the answer that the window then shows."""
    for selector, text in place.typed.items():
        page.fill(selector, text)
    button = page.locator(place.press).first
    if not button.is_visible():  # in the menu, which is folded away on a narrow screen
        page.locator(".menu-button").click()
    with page.expect_event("response", _is_page) as answered:
        button.click()
    page.wait_for_load_state()
    _settle(page)
    return answered.value


def _is_page(answer: Response) -> bool:
    return answer.request.is_navigation_request() and not answer.headers.get("location")


def _settle(page: Page) -> None:
    page.locator("#status[hx-get]:empty, .htmx-request").first.wait_for(state="detached")


def unmeant(place: Place, complaints: list[str]) -> list[str]:
    """The console notes an answer of 403, 404 or 422, which is looked at on purpose."""
    return [one for one in complaints if f"status of {place.status}" not in one]


def axe(page: Page) -> list[str]:
    page.evaluate(AXE_SCRIPT)
    return [str(one) for one in page.evaluate(AXE, TAGS)]


def judge(findings: Findings, place: Place, seen: dict[str, Any], look: Look) -> None:
    """What every page owes whoever reads it."""
    findings.title(place, seen["title"])
    if not seen["title"].split(" · ")[0].strip():
        findings.add(place, "its title says nothing")
    if seen["lang"] != look.language:
        findings.add(place, f"its language is {seen['lang']!r}")
    if len(seen["headings"]) != 1:
        findings.add(place, f"its headings of the first rank are {seen['headings']}")
    if seen["excess"] > 0:
        findings.add(place, f"{seen['excess']} pixels wider than the window")
