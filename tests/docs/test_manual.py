"""The site of docs/: built without a warning, in both languages, and asking nobody for anything."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tools.manual.contents import FRENCH_PAGE, all_pages, french_of, sections
from tools.manual.hooks import led_inside, parted, passages

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
POINTERS = {"faults.md"}  # leads to alerts.md
LOADED = re.compile(r'(?:src|href)="([^"]+)"')
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")


def written() -> set[str]:
    return {file.relative_to(DOCS).as_posix() for file in DOCS.rglob("*.md")}


def test_every_page_is_in_the_contents_once() -> None:
    listed = all_pages()
    assert len(listed) == len(set(listed))
    outside = {page for page in listed if (ROOT / page).is_file()}
    assert written() - POINTERS == set(listed) - outside


def test_every_page_for_users_has_its_french() -> None:
    both = [page for section in sections() if section.in_both for page in section.pages]
    assert {french_of(page) for page in both} == {
        page for page in written() if page.endswith(FRENCH_PAGE)
    }


@pytest.mark.parametrize("page", [page for page in sorted(written()) if page.endswith(FRENCH_PAGE)])
def test_the_french_page_has_the_parts_of_its_english(page: str) -> None:
    """Only what a contributor reads may be left to the English page."""
    english = (DOCS / (page.removesuffix(FRENCH_PAGE) + ".md")).read_text(encoding="utf-8")
    french = (DOCS / page).read_text(encoding="utf-8")
    headings = [len(re.findall(r"(?m)^## ", text)) for text in (english, french)]
    left_out = 1 if page == "security.fr.md" else 0  # the table of OWASP
    assert headings[0] - left_out == headings[1]


@pytest.mark.parametrize("page", sorted(written()))
def test_pictures_are_told_in_words_of_the_page(page: str) -> None:
    language = "fr" if page.endswith(FRENCH_PAGE) else "en"
    for told, file in PICTURE.findall((DOCS / page).read_text(encoding="utf-8")):
        assert len(told) > 20, f"{file}: say what is to be seen"
        assert f"-{language}" in file


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as `make docs` builds it; a warning of any kind fails."""
    folder = tmp_path_factory.mktemp("manual")
    command = [sys.executable, "-m", "properdocs", "build", "--strict", "--quiet"]
    done = subprocess.run(
        [*command, "--site-dir", str(folder)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        head = text.partition("</head>")[0]
        images = re.findall(r'<img[^>]+src="([^"]+)"', text)
        assert not [one for one in [*LOADED.findall(head), *images] if "://" in one], page.name
        assert "default-src 'none'" in head
        assert not re.search(r"<[^>]+ (?:style|on\w+)=", text.replace('style="text-align', "")), (
            page.name
        )


def test_each_page_leads_to_itself_in_the_other_language(site: Path) -> None:
    assert 'href="profiles.fr.html"' in (site / "profiles.html").read_text(encoding="utf-8")
    assert 'href="profiles.html"' in (site / "profiles.fr.html").read_text(encoding="utf-8")
    assert '<html lang="fr">' in (site / "profiles.fr.html").read_text(encoding="utf-8")
    only = (site / "architecture.html").read_text(encoding="utf-8")
    assert 'href="index.fr.html"' in only


def test_the_search_knows_every_section(site: Path) -> None:
    text = (site / "passages.js").read_text(encoding="utf-8")
    known = json.loads(text.removeprefix("const PASSAGES=").rstrip(";\n"))
    assert {one["lang"] for one in known} == {"en", "fr"}
    assert any(one["url"] == "sign-in.html#sessions" for one in known)
    for one in known:
        file, _, anchor = one["url"].partition("#")
        assert f'id="{anchor}"' in (site / file).read_text(encoding="utf-8")


def test_a_list_that_follows_a_sentence_is_parted_from_it() -> None:
    assert parted("It says:\n- one\n- two\n\n| a |\n|---|") == (
        "It says:\n\n- one\n- two\n\n| a |\n|---|"
    )
    assert parted("```\nx\n- y\n```") == "```\nx\n- y\n```"
    assert parted("    code\n- one") == "    code\n- one"


def test_links_to_pages_of_the_root_lead_to_those_of_the_site() -> None:
    assert led_inside("[a](../UPGRADING.md#x) [b](../README.md)", depth=0) == (
        "[a](UPGRADING.md#x) [b](../README.md)"
    )
    assert led_inside("[a](../../SECURITY.md)", depth=1) == "[a](../SECURITY.md)"


def test_a_passage_is_a_section_with_its_words() -> None:
    html = '<h1 id="a">A &amp; b</h1><p>one</p><h2 id="c">C</h2><p>two <b>three</b></p>'
    found = passages(html, "x.fr.html", "A & b")
    assert [(one["url"], one["title"], one["text"]) for one in found] == [
        ("x.fr.html#a", "A & b", "one"),
        ("x.fr.html#c", "C", "two three"),
    ]
    assert found[0]["lang"] == "fr"
