"""What no file of this repository may hold: real addresses, secrets, modules past their size."""

import ast
import re
import subprocess
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULE_LINES = 400
TABLE_LINES = 600  # of a test module: its tables are read row by row
FUNCTION_LINES = 40
FOLDER_MODULES = 15
BROAD_EXCEPTS = 3  # the engine's loop, the command's entry, the quarantine around one message
FORBIDDEN_NAMES = {
    *("util", "utils", "helper", "helpers", "manager", "managers", "base", "common"),
    *("handler", "handlers", "misc"),
}
# RFC 2606 and RFC 6761: names that never belong to anybody.
RESERVED = re.compile(
    r"(?i)(^|\.)(example\.(com|org|net)|example|test|invalid|localhost|local|internal)$"
)
ADDRESS = re.compile(r"[A-Za-z0-9][\w.+%-]*@((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,})\b")
SECRETS = {
    "private key": re.compile("-----BEGIN [A-Z ]*" + "PRIVATE KEY-----"),
    "cloud key": re.compile(r"\bAKIA[0-9A-Z]{16}\b"),
    "code host token": re.compile(r"\b(gh[pousr]_[A-Za-z0-9]{36}|glpat-[\w-]{20})\b"),
    "chat token": re.compile(r"\bxox[abprs]-[\w-]{10,}"),
    "web token": re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\."),
}


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that git holds, or would hold once it is added."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    files = (ROOT / name for name in sorted(set(listed.split("\0"))) if name)
    return tuple(file for file in files if file.is_file() and not file.is_symlink())


@cache
def texts() -> tuple[tuple[str, str], ...]:
    """Every text by its name."""
    contents = ((file.relative_to(ROOT).as_posix(), file.read_bytes()) for file in tracked())
    return tuple(
        (name, content.decode("utf-8", "replace"))
        for name, content in contents
        if b"\0" not in content[:8000]
    )


def modules(*folders: str) -> list[Path]:
    """Our modules; migrations are made by Django and exempt."""
    starts = tuple(str(ROOT / folder) + "/" for folder in folders)
    return [
        file
        for file in tracked()
        if file.suffix == ".py" and str(file).startswith(starts) and "migrations" not in file.parts
    ]


def test_addresses_are_on_reserved_names() -> None:
    real = {
        f"{name}: {found.group()}"
        for name, text in texts()
        for found in ADDRESS.finditer(text)
        if not RESERVED.search(found.group(1))
    }
    assert not real


@pytest.mark.parametrize("kind", SECRETS)
def test_no_secret_is_stored(kind: str) -> None:
    assert [name for name, text in texts() if SECRETS[kind].search(text)] == []


def test_modules_keep_their_size() -> None:
    limits = dict.fromkeys(modules("src", "tools", "bench"), MODULE_LINES)
    limits |= dict.fromkeys(modules("tests"), TABLE_LINES)
    sizes = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in limits}
    long = {str(file): lines for file, lines in sizes.items() if lines > limits[file]}
    assert long == {}


def test_folders_keep_their_size() -> None:
    """But those of protocols, where a module is an operation, found by its name alone."""
    held = Counter(
        file.parent.relative_to(ROOT)
        for file in modules("src", "tools", "tests")
        if file.stem not in {"__init__", "conftest"} and "protocols" not in file.parts
    )
    assert {str(folder): count for folder, count in held.items() if count > FOLDER_MODULES} == {}


@dataclass(frozen=True, slots=True)
class Held:
    """What one module holds, by one reading of it."""

    functions: tuple[tuple[str, int], ...]  # each with its lines
    catching_all: tuple[int, ...]  # on which lines
    says_what_it_does: bool


@cache
def held_by(file: Path) -> Held:
    text = file.read_text(encoding="utf-8")
    tree = ast.parse(text)
    functions, catching_all = [], []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            functions.append((node.name, (node.end_lineno or node.lineno) - node.lineno + 1))
        elif isinstance(node, ast.ExceptHandler) and broad(node):
            catching_all.append(node.lineno)
    says = not text.strip() or bool(ast.get_docstring(tree))
    return Held(tuple(functions), tuple(catching_all), says)


def test_functions_keep_their_size() -> None:
    long = {
        f"{file.relative_to(ROOT)}: {name}": lines
        for file in modules("src", "tools", "bench")
        for name, lines in held_by(file).functions
        if lines > FUNCTION_LINES
    }
    assert long == {}


def test_modules_are_named_after_what_they_do() -> None:
    names = [str(file.relative_to(ROOT)) for file in modules("src") if file.stem in FORBIDDEN_NAMES]
    assert names == []


def broad(node: ast.ExceptHandler) -> bool:
    """Whether it catches anything, and keeps it: what only cleans up raises it again."""
    last = node.body[-1]
    if isinstance(last, ast.Raise) and last.exc is None:
        return False
    kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    return any(
        kind is None or (isinstance(kind, ast.Name) and kind.id in {"Exception", "BaseException"})
        for kind in kinds
    )


def test_everything_is_caught_in_three_places_only() -> None:
    places = [
        f"{file.relative_to(ROOT)}:{line}"
        for file in modules("src")
        for line in held_by(file).catching_all
    ]
    assert len(places) <= BROAD_EXCEPTS, places


def test_every_module_says_what_it_does() -> None:
    silent = [
        str(file.relative_to(ROOT))
        for file in modules("src", "tools", "bench")
        if not held_by(file).says_what_it_does
    ]
    assert silent == []


def pins(name: str) -> dict[str, str]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"(?m)^([A-Za-z0-9_.\[\]-]+)==([^\s;\\]+)", text))


@pytest.mark.parametrize(("small", "large"), [("run", "demo"), ("demo", "dev")])
def test_locks_agree(small: str, large: str) -> None:
    wider = pins(large)
    assert {name: version for name, version in pins(small).items() if wider[name] != version} == {}
    assert pins(small)


def test_locks_name_no_index() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text, lock.name
        assert "--index-url" not in text, lock.name
