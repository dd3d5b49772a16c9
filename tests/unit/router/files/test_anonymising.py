"""The copy for strangers has the structure and no value."""

from io import BytesIO

import pytest
from tests.unit.router.made_up import NAMES, PROVIDERS, ROUTER, STATES, agent, read

from passerelle.faults.router import RouterFileTooDeep, RouterFileTooVaried
from passerelle.router.files.anonymising import anonymise, kind_of
from passerelle.router.files.targets import StateTarget
from passerelle.router.files.values import Box, RouterFile
from passerelle.router.files.writing import write_set


def copy(box: Box, data: bytes) -> bytes:
    out = BytesIO()
    anonymise(box, RouterFile(box.value, data), NAMES, out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", ""),
        (" \n", ""),
        ("995", "number:3"),
        ("True", "flag:4"),
        ("2026-03-01T08:30:00.1234567Z", "date:28"),
        ("https://ews.example.com/", "url:24"),
        ("anna@example.com", "address:16"),
        ("00000000-0000-0000-0000-000000000001", "guid:36"),
        ("bm8gY2lwaGVyIHRleHQ=", "base64:20"),
        ("Ümläute", "text:7"),
    ],
)
def test_kind_of(text: str, kind: str) -> None:
    assert kind_of(text) == kind


def test_structure_and_names_stay() -> None:
    data = agent('<a:Odd xmlns:a="urn:b" Kind="7"><a:In>x<y/>z</a:In></a:Odd>')
    assert copy(Box.AGENT, data).partition(b"\n")[2] == (
        b'<Configuration><Odd xmlns="urn:b" Kind="number:1"><In>text:1<y xmlns=""></y>text:1</In>'
        b"</Odd></Configuration>"
    )


def test_no_value_of_a_router_is_in_its_copy() -> None:
    copies = {box: copy(box, data) for box, data in write_set(ROUTER, NAMES).items()}
    together = b"".join(copies.values()).decode()
    secret = [*(str(guid) for p in PROVIDERS for guid in (*p.users, *p.queues))]
    secret += [state.address for state in STATES] + ["example.com", "2026", "995", "Service"]
    assert [text for text in secret if text in together] == []
    assert "<hxxxxxxxxxxxxxxxxxxxxxxxxxxx>" in together
    assert len(read(agent=copies[Box.AGENT]).providers) == len(PROVIDERS)


def test_its_bounds_are_those_of_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StateTarget, "different_names", 50)
    with pytest.raises(RouterFileTooDeep):
        copy(Box.KEY, b"<a>" * 100)
    with pytest.raises(RouterFileTooVaried):
        copy(Box.KEY, b"<a>" + b"".join(b"<a%x/>" % number for number in range(100)))
