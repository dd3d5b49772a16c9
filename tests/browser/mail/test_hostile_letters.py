"""Hostile HTML mail in a real Chromium, beside a server that counts whoever asks it for anything.

Each fence alone, too: without the sanitiser the frame's sandbox and policy must hold.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from playwright.sync_api import Page, expect
from tests.browser.site import Site
from tests.hostile_letters import WAYS_OUT, letters_for
from tests.system.corpora.archives import HOSTILE_HTML, samples
from tests.unit.web.conftest import html_email

from passerelle.messages.showing import letter
from passerelle.messages.showing.sanitising import Shown

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
WAIT_MILLISECONDS = 30  # for what a page asks for after it is loaded


CONNECTED = "a connection"


class Counter(ThreadingHTTPServer):
    """Answers nothing and remembers each connection."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), _Ask)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Ask(BaseHTTPRequestHandler):
    server: Counter

    def handle(self) -> None:
        self.server.asked.append(CONNECTED)
        super().handle()

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(204)
        self.end_headers()

    do_POST = do_HEAD = do_OPTIONS = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Nothing on the console of the tests."""


@pytest.fixture
def counter() -> Iterator[Counter]:
    with Counter() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def addresses(site: Site, counter: Counter) -> dict[str, str]:
    """An email for each letter, by the name of the letter."""
    return {
        name: f"/emails/{html_email(site.world, html).pk}/"
        for name, html in letters_for(counter.address).items()
    }


def look(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_timeout(WAIT_MILLISECONDS)


def published(site: Site) -> dict[str, str]:
    """The same of letters that others published; none on a machine without network."""
    with suppress(httpx.HTTPError):
        return {
            name: f"/emails/{html_email(site.world, text.partition(b'--')[0].decode()).pk}/"
            for name, text in samples(HOSTILE_HTML)
        }
    return {}


@pytest.mark.parametrize(
    "letters", [addresses, lambda site, _: published(site)], ids=["ours", "published"]
)
def test_letters_run_nothing_and_fetch_nothing(
    site: Site, counter: Counter, letters: Callable[[Site, Counter], dict[str, str]]
) -> None:
    wrong: dict[str, list[str]] = {}
    with site.visit(site.world.ann) as visit:
        for name, address in letters(site, counter).items():
            visit.complaints.clear()
            look(visit.page, address)
            frame = visit.page.frames[1]
            stayed = visit.page.url.endswith(address) and frame.url.endswith(f"{address}frame/")
            found = [*counter.asked, *visit.complaints, *([] if stayed else ["it left"])]
            wrong |= {name: found} if found else {}
            counter.asked.clear()
        assert len(visit.page.context.pages) == 1, "no window was opened"
    assert wrong == {}


@pytest.mark.parametrize("alone", [False, True], ids=["in-the-page", "by-its-own-address"])
def test_sandbox_and_policy_hold_without_the_sanitiser(
    site: Site, counter: Counter, monkeypatch: pytest.MonkeyPatch, alone: bool
) -> None:
    monkeypatch.setattr(letter, "sanitise", lambda html, *_, **__: Shown(html, 0))
    wrong: dict[str, list[str]] = {}
    with site.visit(site.world.ann) as visit:
        for name, address in addresses(site, counter).items():
            if alone and name not in WAYS_OUT:
                continue
            look(visit.page, f"{address}frame/" if alone else address)
            # A preconnect opens a connection under any policy, and asks nothing by it; only the
            # sanitiser takes it away.
            asked = [one for one in counter.asked if one != CONNECTED]
            wrong |= {name: asked} if asked else {}
            counter.asked.clear()
    assert wrong == {}


def test_earlier_messages_open_in_the_frame_without_a_script(site: Site) -> None:
    quotation = "<blockquote type='cite'>Where is it?</blockquote>"
    email = html_email(site.world, f"<p>It left.</p><p>On 12 Mar, Carla wrote:</p>{quotation}")
    with site.visit(site.world.ann) as visit:
        look(visit.page, f"/emails/{email.pk}/")
        earlier = visit.page.frames[1].get_by_text("Where is it?")
        expect(earlier).to_be_hidden()
        visit.page.frames[1].get_by_text("Earlier messages").click()
        expect(earlier).to_be_visible()
        assert visit.complaints == []


def test_the_counter_counts(site: Site, counter: Counter) -> None:
    with site.visit(None) as visit:
        visit.page.set_content(f"<img src='{counter.address}/i.png'>")
        visit.page.wait_for_load_state("networkidle")
    assert "/i.png" in counter.asked


def test_a_remote_picture_is_fetched_after_the_click(site: Site, counter: Counter) -> None:
    email = html_email(site.world, f"<p>x<img src='{counter.address}/i.png' alt=''>")
    with site.visit(site.world.ann) as visit:
        look(visit.page, f"/emails/{email.pk}/")
        assert counter.asked == []
        with visit.page.expect_response("**/i.png"):
            visit.page.locator(".pictures button").click()
    assert "/i.png" in counter.asked
