"""`make screenshots`: the pictures of README, taken anew on the tour of the demonstration.

Every picture is one of the real product over real servers; nothing in them is retouched.
"""

import re
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page

from tools.steps import ROOT
from tools.tour import QUEUES, Demonstration, Visitor, chromium, demonstration

FOLDER = ROOT / "docs" / "pictures"
WIDE = (1120, 760)
NARROW = (400, 800)
LARGEST_BYTES = 170_000
LANGUAGES = ("en", "fr")
QUEUE = "Support"  # a name, the same in both languages
EMAILS = 12
STEPS = 10  # of the test, that the picture shows
ANSWER = "Thank you for writing to us. We look into it today and come back to you.\n"


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="passerelle-pictures-") as folder,
        demonstration(Path(folder) / "demo-world") as demo,
        chromium() as browser,
    ):
        _walk(browser, demo)
    heavy = [file.name for file in FOLDER.glob("*.png") if file.stat().st_size > LARGEST_BYTES]
    if heavy:
        print(f"larger than {LARGEST_BYTES} bytes: {', '.join(sorted(heavy))}")
    return 1 if heavy else 0


def _walk(browser: Browser, demo: Demonstration) -> None:
    page = browser.new_page(viewport={"width": WIDE[0], "height": WIDE[1]})
    visitor = Visitor(page, demo)
    visitor.sign_in()
    visitor.bring_files()
    visitor.choose_profiles()
    _both(visitor, "migration")
    visitor.start_migration()
    visitor.enter_passwords()
    visitor.approve_and_test()
    visitor.switch()
    visitor.wait_for_mail(EMAILS)
    _take_emails(visitor)
    _take_test(visitor)
    _both(visitor, "home", "/", narrow=True)
    _take_outage(visitor)


def _take_emails(visitor: Visitor) -> None:
    """An email of the queue with an attachment, answered."""
    path = _with_attachment(visitor)
    visitor.go(path)
    visitor.answer(ANSWER)
    _both(visitor, "email", path, narrow=True)


def _with_attachment(visitor: Visitor) -> str:
    visitor.go("/emails/")
    queue = visitor.page.locator("#queue option", has_text=QUEUE).get_attribute("value")
    visitor.go(f"/emails/?queue={queue}")
    rows = visitor.page.locator("main table.table tbody tr")
    chosen = rows.filter(has=visitor.page.locator("td.first span.nowrap")).first
    found = (chosen if chosen.count() else rows.first).locator("a.title")
    return found.get_attribute("href") or ""


def _take_test(visitor: Visitor) -> None:
    """The steps of a test, taken while it runs."""
    for language in LANGUAGES:
        visitor.speak(language)
        visitor.open_mailbox(QUEUES[0])
        visitor.test()
        visitor.page.locator(f"#test ol.rows li:nth-child({STEPS})").wait_for()
        visitor.page.locator("#test").evaluate("section => section.scrollIntoView()")
        _take(visitor.page, f"mailbox-{language}")


def _take_outage(visitor: Visitor) -> None:
    """What the alerts say while the mail servers stand still."""
    visitor.demo.outage.touch()
    visitor.open_mailbox(QUEUES[0])
    visitor.page.locator('button[value="sync"]').click()
    visitor.look_until("/alerts/", "main ul.rows li", 1)
    _both(visitor, "alerts", "/alerts/")
    visitor.demo.outage.unlink()


def _both(visitor: Visitor, name: str, path: str = "", *, narrow: bool = False) -> None:
    """One picture a language, of this path or of the page that is open."""
    path = path or re.sub(r"^\w+://[^/]+", "", visitor.page.url)
    for language in LANGUAGES:
        visitor.speak(language)
        visitor.go(path)
        _take(visitor.page, f"{name}-{language}")
        if narrow:
            _take(visitor.page, f"{name}-{language}-narrow", NARROW)
    visitor.speak(LANGUAGES[0])
    visitor.go(path)


def _take(page: Page, name: str, size: tuple[int, int] = WIDE) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.wait_for_load_state("networkidle")  # the strip above each page is asked for after it
    page.screenshot(path=FOLDER / f"{name}.png", animations="disabled", caret="hide")
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})


if __name__ == "__main__":
    sys.exit(main())
