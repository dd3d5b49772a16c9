"""Lines of the log: one event, one line, JSON where it is asked for, masked whoever wrote them."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from passerelle.configuration import Config
from passerelle.site.logs import set_up_logs

WORDS = "the subject of a message"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, configured = list(root.handlers), root.level, structlog.get_config()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**configured)


def last_line(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    found: dict[str, object] = json.loads(capsys.readouterr().err.splitlines()[-1])
    return found


def test_an_event_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(Config(log_format="json"))
    structlog.get_logger().info("mailbox.created", mailbox="7", by="ann@company.example")
    line = last_line(capsys)
    assert (line["event"], line["level"], line["by"]) == (
        "mailbox.created", "info", "…@company.example",
    )  # fmt: skip
    assert str(line["timestamp"]).endswith("Z")


def test_a_library_speaks_in_the_same_form(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(Config(log_format="json"))
    logging.getLogger("django.request").warning("Not Found: %s", "/x?q=ann@company.example")
    line = last_line(capsys)
    assert line["logger"] == "django.request"
    assert line["event"] == "Not Found: /x?q=…@company.example"


def test_a_librarys_traceback_has_no_foreign_words(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(Config(log_format="json"))
    try:
        int(WORDS)
    except ValueError:
        logging.getLogger("django.request").exception("Internal Server Error")
    text = capsys.readouterr().err
    assert "ValueError" in text
    assert WORDS not in text


def test_an_error_of_ours_is_told_with_its_frames(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(Config(log_format="json"))
    try:
        int(WORDS)
    except ValueError:
        structlog.get_logger().exception("work.broken", kind="incoming")
    line = last_line(capsys)
    assert "test_logs.py" in str(line["exception"])
    assert WORDS not in str(line)


def test_below_the_level_nothing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(Config(log_level="error"))
    structlog.get_logger().warning("store.away")
    logging.getLogger("django").warning("said")
    assert capsys.readouterr().err == ""
