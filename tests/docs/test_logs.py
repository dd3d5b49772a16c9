"""Every call of a log is in the catalogue, with its level, and none has a forbidden field."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from passerelle.site.events import EVENTS, FORBIDDEN

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "passerelle"
LEVELS = ["debug", "info", "warning", "error"]
LOGGER = re.compile(r"\b(log|logger)\b")
METHODS = {**{level: level for level in LEVELS}, "exception": "error"}


@dataclass(frozen=True, slots=True)
class Call:
    place: str
    event: str
    level: str
    fields: tuple[str, ...]


@cache
def calls() -> tuple[Call, ...]:
    return tuple(read_calls())


def read_calls() -> Iterator[Call]:
    for file in sorted(SOURCE.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        # Few modules name a logger, and parsing them all takes two seconds.
        for node in ast.walk(ast.parse(text)) if LOGGER.search(text) else ():
            if is_log_call(node):
                assert isinstance(node, ast.Call)
                assert isinstance(node.func, ast.Attribute)
                place = f"{file.relative_to(ROOT)}:{node.lineno}"
                event = node.args[0] if node.args else None
                name = str(event.value) if isinstance(event, ast.Constant) else "?"
                fields = tuple(str(keyword.arg) for keyword in node.keywords)
                yield Call(place, name, METHODS[node.func.attr], fields)


def is_log_call(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in METHODS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"log", "logger"}
    )


def test_every_event_is_in_the_catalogue() -> None:
    """Add yours, with its level and a sentence, to src/passerelle/site/events.py."""
    assert [call for call in calls() if call.event not in EVENTS] == []


def test_the_catalogue_holds_no_event_that_nobody_logs() -> None:
    assert EVENTS.keys() - {call.event for call in calls()} == set()


def test_the_catalogue_tells_the_highest_level_of_each_event() -> None:
    found: dict[str, str] = {}
    for call in calls():
        found[call.event] = max(found.get(call.event, "debug"), call.level, key=LEVELS.index)
    assert {name: event.level for name, event in EVENTS.items()} == found


def test_no_call_has_a_field_that_people_fill() -> None:
    bad = [call for call in calls() if set(call.fields) & FORBIDDEN or "None" in call.fields]
    assert bad == []


def test_names_of_events_are_of_one_form() -> None:
    for name, event in EVENTS.items():
        area, dot, act = name.partition(".")
        assert area.isidentifier(), name
        assert dot, name
        assert act.replace("-", "_").isidentifier(), name
        assert event.meaning.endswith("."), name


def test_the_standard_librarys_loggers_are_not_used_by_us() -> None:
    users = [
        str(file.relative_to(ROOT))
        for file in SOURCE.rglob("*.py")
        if "logging.getLogger(__name__)" in file.read_text(encoding="utf-8")
    ]
    assert users == []
