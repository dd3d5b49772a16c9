"""HTML of strangers: what stays, what goes, and that nothing that runs or fetches stays."""

import re
from html.parser import HTMLParser

import pytest
from tests.hostile_letters import LETTERS, letters_for

from passerelle.messages.showing import sanitise
from passerelle.messages.showing.sanitising import ATTRIBUTES, TAGS

PICTURE = "data:image/png;base64,iVBORw0KGgo="
ADDRESS = "http://192.0.2.7:8"


def shown(html: str, *, remote: bool = False) -> str:
    return sanitise(html, {"logo@company.example": PICTURE}, remote=remote).html


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param("<p>Bonjour <b>Léa</b></p>", "<p>Bonjour <b>Léa</b></p>", id="text"),
        pytest.param("<p>one<p>two", "<p>one</p><p>two</p>", id="ends-that-were-left-out"),
        pytest.param(
            "<a href='https://x.example/?a=1&amp;b=2'>x</a>",
            '<a href="https://x.example/?a=1&amp;b=2" target="_blank" '
            'rel="noopener noreferrer nofollow">x</a>',
            id="a-link-opens-elsewhere-and-tells-nothing",
        ),
        pytest.param(
            "<img src='cid:logo@company.example' alt='Logo'>",
            f'<img src="{PICTURE}" alt="Logo">',
            id="a-picture-of-the-message",
        ),
        pytest.param(
            "<img src='cid:logo%40company.example'>", f'<img src="{PICTURE}">', id="cid-encoded"
        ),
        pytest.param("<img src='cid:other'>", "<img>", id="a-picture-that-did-not-come"),
        pytest.param(f"<img src='{PICTURE}'>", f'<img src="{PICTURE}">', id="data-picture"),
        pytest.param("<img src='data:image/svg+xml,<svg/>'>", "<img>", id="svg-is-a-document"),
        pytest.param("<img src='http://x.example/1'>", "<img>", id="remote-picture"),
        pytest.param("<a href='//x.example'>x</a>", None, id="no-scheme"),
        pytest.param("<a href='javascript:x'>x</a>", None, id="javascript"),
        pytest.param("<p style='color:red'>x</p>", '<p style="color:red">x</p>', id="colour"),
        pytest.param(
            "<p style='position:fixed;margin:0'>x</p>",
            '<p style="margin:0">x</p>',
            id="nothing-covers-the-page",
        ),
        pytest.param("<script>x</script>y<style>z</style>", "y", id="dropped-with-their-text"),
        pytest.param("<form><input>x</form>", "x", id="no-form"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_what_is_shown(html: str, expected: str | None) -> None:
    if expected is None:
        assert "href" not in shown(html)
    else:
        assert shown(html) == expected


def test_remote_pictures_are_counted_and_come_when_they_are_wanted() -> None:
    html = f"<img src='https://x.example/1'><img src='HTTP://x.example/2'><img src='{PICTURE}'>"
    assert sanitise(html, {}, remote=False).blocked == 2
    wanted = sanitise(html, {}, remote=True)
    assert wanted.blocked == 0
    assert 'src="https://x.example/1"' in wanted.html


class Harmful(HTMLParser):
    """Collects what may not be there."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS | {"tbody"}:
            self.found.append(f"<{tag}>")
        allowed = ATTRIBUTES["*"] | ATTRIBUTES.get(tag, set()) | {"rel", "target"}
        for name, value in attrs:
            text = (value or "").lower()
            if name not in allowed or (ADDRESS in text and name != "title"):
                self.found.append(f"{tag} {name}={value}")
            if name == "href" and not re.match(r"(https?|mailto|tel):", text):
                self.found.append(f"{tag} {name}={value}")
            if name == "src" and not text.startswith("data:image/"):
                self.found.append(f"{tag} {name}={value}")
            if name == "style" and re.search(r"url|\\|position|@|image", text):
                self.found.append(f"{tag} {name}={value}")

    def handle_comment(self, data: str) -> None:
        self.found.append(f"<!--{data}")


@pytest.mark.parametrize("name", sorted(LETTERS))
def test_a_hostile_letter_keeps_nothing_that_could_act(name: str) -> None:
    once = shown(letters_for(ADDRESS)[name])
    assert Harmful(once).found == []
    assert in_order(shown(once)) == in_order(once), "a second reader understands the same"


def in_order(html: str) -> str:
    """Without what is set on every link, whose order says nothing."""
    return re.sub(r' (?:rel="noopener noreferrer nofollow"|target="_blank")', "", html)


def test_the_collector_finds_what_may_not_be() -> None:
    bad = "<svg><p onclick=x><a href=javascript:x><img src=http://x><p style='a:url(x)'><!--x-->"
    assert len(Harmful(bad).found) == 6


@pytest.mark.parametrize(
    "unit",
    [
        pytest.param("<div>", id="nested"),
        pytest.param("<b><i><p>", id="misnested"),
        pytest.param("<table><tr><td>", id="tables"),
        pytest.param("<template><div>", id="templates"),
        pytest.param("<noscript><div>", id="noscript"),
        pytest.param("<!--<div>", id="comments"),
        pytest.param("<div><!--</div>-->", id="closed-in-a-comment"),
        pytest.param('<p a=x"><div title="y">', id="quotes-that-two-readers-see-differently"),
        pytest.param("<", id="angles"),
        pytest.param("<a ", id="tags-without-end"),
    ],
)
def test_no_letter_is_deep_or_long_when_it_is_shown(unit: str) -> None:
    # Not timed: what would take quadratic time never reaches the parser.
    html = shown(unit * 20_000)
    depth = deepest = 0
    for slash in re.findall(r"<(/?)(?!br|hr|img|col|wbr)[a-z]", html):
        depth += -1 if slash else 1
        deepest = max(deepest, depth)
    assert deepest <= 500
    assert len(html) <= 2_500_000
