"""How the site is made of the pages that also read well on a code host.

Called by ProperDocs: pages of the root are taken in, links to them are led there, lists and tables
that follow a sentence closely are parted from it, and each page learns its language, its twin and
the sections beside it. A search of our own needs no server: it is one file beside the pages.
"""

import json
import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import Any

from properdocs.config.defaults import ProperDocsConfig
from properdocs.plugins import get_plugin_logger
from properdocs.structure.files import File, Files
from properdocs.structure.nav import Navigation
from properdocs.structure.pages import Page

from tools.manual import contents
from tools.manual.contents import ENGLISH, FRENCH, FROM_THE_ROOT
from tools.steps import ROOT

log = get_plugin_logger("manual")

LEADS_ON = re.compile(r"^(?:[-*] |\d+\. |\|)")  # a list or a table begins
OUTWARDS = re.compile(r"\]\((?:\.\./)+(" + "|".join(map(re.escape, FROM_THE_ROOT)) + r")(?=[)#])")
INWARDS = re.compile(r"\]\(docs/")
PART = re.compile(r'<h[123] id="([^"]+)">(.*?)</h[123]>', re.DOTALL)
TAG = re.compile(r"<[^>]+>")
PASSAGE_CHARS = 1_500  # of a section that the search reads
WORDS: Mapping[str, Mapping[str, str]] = {
    ENGLISH: {
        "other": "Français",
        "search": "Search",
        "found": "found",
        "nothing": "Nothing found.",
        "skip": "To the text",
        "contents": "Contents",
        "on_this_page": "On this page",
        "only": "",
        "next": "Next",
    },
    FRENCH: {
        "other": "English",
        "search": "Rechercher",
        "found": "résultats",
        "nothing": "Rien n’a été trouvé.",
        "skip": "Aller au texte",
        "contents": "Sommaire",
        "on_this_page": "Sur cette page",
        "only": "en anglais",
        "next": "Suite",
    },
}

_passages: list[dict[str, str]] = []


def on_config(config: ProperDocsConfig) -> ProperDocsConfig:
    """The pages by our table of contents."""
    _passages.clear()
    config.nav = contents.all_pages()
    return config


def on_files(files: Files, config: ProperDocsConfig) -> Files:
    """Take pages of the root in; say which pages of our contents are missing."""
    for name in FROM_THE_ROOT:
        files.append(File.generated(config, name, abs_src_path=str(ROOT / name)))
    for page in contents.all_pages():
        if files.get_file_from_path(page) is None:
            log.warning("%s is in tools/manual/contents.py and was not written", page)
    return files


def on_page_markdown(markdown: str, page: Page, **given: Any) -> str:
    """What a code host reads generously, written strictly."""
    del given
    if page.file.src_uri in FROM_THE_ROOT:
        markdown = INWARDS.sub("](", markdown)
    return parted(led_inside(markdown, depth=page.file.src_uri.count("/")))


def led_inside(markdown: str, *, depth: int) -> str:
    """Links to pages of the root lead to where the site has them."""
    return OUTWARDS.sub(rf"]({'../' * depth}\1", markdown)


def parted(markdown: str) -> str:
    """A blank line before each list and table that closely follows a sentence."""
    lines: list[str] = []
    fenced = False
    for line in markdown.split("\n"):
        fenced ^= line.startswith("```")
        before = lines[-1] if lines else ""
        follows = before.strip() and not before[0].isspace() and not LEADS_ON.match(before)
        if LEADS_ON.match(line) and follows and not fenced:
            lines.append("")
        lines.append(line)
    return "\n".join(lines)


def on_page_content(html: str, page: Page, **given: Any) -> str:
    """Keep what the search reads; let the keyboard reach what is wider than the page."""
    del given
    _passages.extend(passages(html, page.url, str(page.title)))
    wide = html.replace("<table>", '<div class="wide" tabindex="0"><table>')
    return wide.replace("</table>", "</table></div>").replace("<pre>", '<pre tabindex="0">')


def passages(html: str, url: str, title: str) -> list[dict[str, str]]:
    """The sections of a page: where each is, what it is called, what it says."""
    parts = PART.split(html)
    return [
        {
            "url": f"{url}#{anchor}",
            "page": title,
            "title": _words(heading),
            "text": _words(text)[:PASSAGE_CHARS],
            "lang": FRENCH if url.endswith(".fr.html") else ENGLISH,
        }
        for anchor, heading, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True)
    ]


def _words(html: str) -> str:
    return " ".join(unescape(TAG.sub(" ", html)).split())


def on_page_context(
    context: dict[str, Any], page: Page, config: ProperDocsConfig, nav: Navigation
) -> dict[str, Any]:
    """What the frame of a page shows."""
    del config
    by_name = {one.file.src_uri: one for one in nav.pages}
    name, language = page.file.src_uri, contents.language_of(page.file.src_uri)
    english = name.removesuffix(contents.FRENCH_PAGE) + ".md" if language == FRENCH else name
    other = english if language == FRENCH else contents.french_of(english)
    return {
        **context,
        "language": language,
        "words": WORDS[language],
        "home": by_name["index.md" if language == ENGLISH else "index.fr.md"],
        "twin": by_name.get(other) or by_name["index.fr.md"],
        "sections": [
            (section, section.titles[language], _shown(section, language, by_name))
            for section in contents.sections()
        ],
        "decisions": [by_name[one] for one in contents.decisions()],
    }


def _shown(section: contents.Section, language: str, by_name: Mapping[str, Page]) -> list[Page]:
    names = [page for page in section.pages if not page.startswith("decisions/")]
    if language == FRENCH and section.in_both:
        names = [contents.french_of(page) for page in names]
    return [by_name[name] for name in names if name in by_name]


def on_post_build(config: ProperDocsConfig) -> None:
    """What the search knows, as a script: a page from the disk may load no data."""
    text = json.dumps(_passages, ensure_ascii=False, separators=(",", ":"))
    Path(config.site_dir, "passages.js").write_text(f"const PASSAGES={text};\n", encoding="utf-8")
