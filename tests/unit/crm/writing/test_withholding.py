"""Which files of a received email are not handed out, and why."""

import pytest

from passerelle.crm.models import ActivityMimeAttachment
from passerelle.crm.services import FileRules, withheld_files
from passerelle.faults.mail.messages import (
    ReceivedFileBlocked,
    ReceivedFileHoldsBlocked,
    ReceivedFileTooLarge,
)

RULES = FileRules(file_bytes=1_024, total_bytes=1, blocked=frozenset({"exe", "js"}))


def rows(*files: tuple[str, str, int]) -> list[ActivityMimeAttachment]:
    return [
        ActivityMimeAttachment(number=number, part=part, filename=filename, filesize=size)
        for number, (part, filename, size) in enumerate(files, 1)
    ]


@pytest.mark.parametrize(
    ("filename", "size", "expected"),
    [
        pytest.param("order.pdf", 1_024, None, id="allowed"),
        pytest.param("order.pdf.exe", 1, ReceivedFileBlocked, id="a-blocked-kind"),
        pytest.param("order.EXE . ", 1, ReceivedFileBlocked, id="however-it-is-spelt"),
        pytest.param("exe", 1, ReceivedFileBlocked, id="nothing-but-the-ending"),
        pytest.param("", 1, None, id="without-a-name"),
        pytest.param("order.pdf", 1_025, ReceivedFileTooLarge, id="too-large"),
        pytest.param("order.js", 9_999, ReceivedFileBlocked, id="both"),
    ],
)
def test_a_file(filename: str, size: int, expected: type | None) -> None:
    found = withheld_files(rows(("2", filename, size)), RULES)
    assert [type(why) for why in found.values()] == ([expected] if expected else [])


def test_what_holds_a_blocked_file_is_withheld_with_it() -> None:
    found = withheld_files(
        rows(
            ("2", "winmail.dat", 9), ("2!1", "a.txt", 1), ("2!2", "b.exe", 1), ("2!3", "c.js", 1),
            ("3", "winmail.dat", 9), ("3!1", "d.txt", 1), ("22", "e.txt", 1),
        ),
        RULES,
    )  # fmt: skip
    assert {number: type(why) for number, why in found.items()} == {
        1: ReceivedFileHoldsBlocked,
        3: ReceivedFileBlocked,
        4: ReceivedFileBlocked,
    }
    assert found[1].facts == {"filename": "b.exe"}


def test_the_limit_is_told() -> None:
    why = withheld_files(rows(("2", "a.zip", 2_048)), RULES)[1]
    assert {name: str(fact).replace("\xa0", " ") for name, fact in why.facts.items()} == {
        "size": "2.0 KB",
        "limit": "1.0 KB",
    }
