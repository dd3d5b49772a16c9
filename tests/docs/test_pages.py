"""What the pages for readers name is there: files, anchors, commands, targets, decisions."""

import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from passerelle.commands.app import app

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
QUOTED = re.compile(r"`([^`\n]+)`")
BLOCK = re.compile(r"(?m)^(?: {4}|\t)(.+)$")
DECISION = re.compile(r"^\d{4}-[a-z0-9-]+\.md$")
PARTS = ["Context", "Decision", "Consequences"]
STATUS = re.compile(r"(?m)^Status: (accepted|superseded by \d{4})$")


def pages() -> list[Path]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    files = {ROOT / name for name in listed.split("\0") if name}
    return sorted(file for file in files if file.is_file())


def decisions() -> list[Path]:
    return sorted((ROOT / "docs" / "decisions").iterdir())


each_page = pytest.mark.parametrize(
    "page", [pytest.param(page, id=page.relative_to(ROOT).as_posix()) for page in pages()]
)
each_decision = pytest.mark.parametrize(
    "decision", [pytest.param(one, id=one.name) for one in decisions()]
)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    headings = re.findall(r"(?m)^#+ (.+)$", page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", one.lower()).strip().replace(" ", "-") for one in headings}


@each_page
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" in target or target.startswith("mailto:"):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name) if name else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(target)
    assert broken == []


def shown(page: Path) -> list[str]:
    """Everything that a page shows as code."""
    text = page.read_text(encoding="utf-8")
    return [*QUOTED.findall(text), *BLOCK.findall(text)]


@each_page
def test_files_named_are_there(page: Path) -> None:
    """Paths from the root, as `src/passerelle/faults/`; `…` stands for the rest of a name."""
    named = [
        found
        for code in QUOTED.findall(page.read_text(encoding="utf-8"))
        for found in re.findall(r"^(?:src|tests|tools|docs|bench|requirements)/[\w./…*-]*$", code)
    ]
    missing = [name for name in named if not list(ROOT.glob(name.replace("…", "*").rstrip("/")))]
    assert missing == []


def test_tests_named_by_the_page_of_security_are_there() -> None:
    """Below tests/unit/, where nothing else is said."""
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    named = re.findall(r"`([\w/]+/test_\w+\.py)`", text)
    assert len(set(named)) > 50
    places = (ROOT, ROOT / "tests" / "unit")
    assert {name for name in named if not any((one / name).is_file() for one in places)} == set()


@cache
def targets() -> dict[str, str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return dict(re.findall(r"(?m)^([a-z-]+):[^\n]*\n((?:\t[^\n]*\n)*)", makefile))


@each_page
def test_targets_named_are_the_makefiles(page: Path) -> None:
    named = {name for code in shown(page) for name in re.findall(r"\bmake ([a-z][a-z-]*)", code)}
    assert named - targets().keys() == set()


def test_phony_targets_are_all_and_told() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"(?m)^\.PHONY: (.+)$", makefile)
    assert phony is not None
    names = set(phony.group(1).split())
    assert names == set(targets())
    told = set(re.findall(r"(?m)^([a-z-]+):.*## ", makefile))
    assert told == names


def test_readme_shows_the_two_commands_that_the_makefile_runs() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = BLOCK.findall(readme)
    assert "make demo" in commands
    assert "make test" in commands
    assert "-m passerelle.demo" in targets()["demo"]
    assert "-m tools.test" in targets()["test"]


def test_ci_runs_what_readme_names() -> None:
    script = ROOT / ".ci" / "run"
    assert "make test" in script.read_text(encoding="utf-8")


def commands_named(page: Path) -> list[list[str]]:
    """Each use of `passerelle` as a command: its words, as far as they are plain words."""
    uses = [
        [word for word in words.split() if re.fullmatch(r"[a-z-]+", word)]
        for code in shown(page)
        for words in re.findall(r"(?:^| |bin/)passerelle((?: [a-z|. -]+)?)", code.split("#")[0])
    ]
    return [use for use in uses if use]


@each_page
def test_commands_named_exist(page: Path) -> None:
    for words in commands_named(page):
        known: Any = get_command(app)
        while words and getattr(known, "commands", None):
            word = words.pop(0)
            assert word in known.commands, (known.name, word)
            known = known.commands[word]
        options = {name for one in known.params for name in one.opts}
        assert {word for word in words if word.startswith("--")} <= options, known.name


@each_decision
def test_decision_is_well_formed(decision: Path) -> None:
    text = decision.read_text(encoding="utf-8")
    assert DECISION.match(decision.name)
    assert text.startswith("# ")
    assert len(STATUS.findall(text)) == 1
    assert re.findall(r"(?m)^## (.+)$", text) == PARTS
    assert all(re.findall(r"(?m)^## .+\n(.+)$", text)), "each part says something"


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(one.name[:4]) for one in decisions()]
    assert numbers == list(range(1, len(numbers) + 1))


@each_decision
def test_superseding_decision_exists(decision: Path) -> None:
    names = {one.name[:4] for one in decisions()}
    assert set(re.findall(r"superseded by (\d{4})", decision.read_text(encoding="utf-8"))) <= names


def dependencies() -> set[str]:
    """What we ask for by name; what those ask for in turn is theirs to explain."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = list(settings["project"]["dependencies"])
    for source in sorted((ROOT / "requirements").glob("*.in")):
        lines = source.read_text(encoding="utf-8").splitlines()
        asked += [line for line in lines if line and line[0] not in "#-"]
    return {re.split(r"[^A-Za-z0-9._-]", line)[0] for line in asked}


def test_every_dependency_is_weighed() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").lower()
    explained = page.split("## weighed and not taken")[0]
    assert {name for name in dependencies() if name.lower() not in explained} == set()


def sources() -> list[Path]:
    folders = ("src", "tests", "tools", "bench")
    return [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]


def test_decisions_named_in_the_source_are_there() -> None:
    """By their four digits: a reader finds them in docs/decisions."""
    known = {one.name[:4] for one in decisions()}
    named = {
        (str(file.relative_to(ROOT)), number)
        for file in [*sources(), *pages()]
        for number in re.findall(r"(?i)\bdecision (\d+)\b", file.read_text(encoding="utf-8"))
    }
    assert {(file, number) for file, number in named if number not in known} == set()


def test_pages_named_in_the_source_are_there() -> None:
    """A page that a docstring quotes is one of this repository."""
    known = {page.relative_to(ROOT).as_posix() for page in pages()}
    known |= {page.name for page in pages()}
    named = {
        (str(file.relative_to(ROOT)), name)
        for file in sources()
        for name in re.findall(
            r"(?<![\w.])(?:docs/)?[\w-][\w.-]*\.md\b", file.read_text(encoding="utf-8")
        )
    }
    assert {(file, name) for file, name in named if name not in known} == set()
