"""Batches end at their count and their bytes, and are read ahead by one."""

from collections.abc import Iterator

import pytest
from tests.unit.sync.memory import MemoryFolder

from passerelle.faults.mail.protocols import ConnectionLost
from passerelle.protocols.interfaces import Cursor, Listed, RawMessage
from passerelle.sync.understanding import batches as module
from passerelle.sync.understanding.batches import Batch, ahead, batches


def folder(sizes: list[int]) -> tuple[MemoryFolder, tuple[Listed, ...]]:
    found = MemoryFolder()
    for size in sizes:
        found.deliver(b"x" * size)
    return found, found.list_new(Cursor(), None).items


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([1, 1, 1], [(2, 2), (1, 3)], id="by-count"),
        pytest.param([9, 1], [(1, 1), (1, 2)], id="a-large-one-goes-alone"),
        pytest.param([1, 9], [(2, 2), (0, 2)], id="nothing-left-behind-a-large-one"),
    ],
)
def test_where_batches_end(
    sizes: list[int], expected: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH_MESSAGES", 2)
    monkeypatch.setattr(module, "BATCH_BYTES", 9)
    found = batches(*folder(sizes))
    assert [(len(batch.messages), batch.through.uid) for batch in found] == expected


def test_a_fault_of_the_reader_is_raised_after_the_batches_before_it() -> None:
    good = Batch((), Listed(1, "", 0, None))

    def broken() -> Iterator[Batch]:
        yield good
        raise ConnectionLost(host="imap.example.com", step="FETCH")

    coming = ahead(broken())
    assert next(coming) is good
    with pytest.raises(ConnectionLost):
        next(coming)


def test_who_stops_early_leaves_no_reader_behind() -> None:
    read: list[int] = []

    def endless() -> Iterator[Batch]:
        while True:
            read.append(1)
            yield Batch((RawMessage(Listed(1, "", 0, None), b""),), Listed(1, "", 0, None))

    coming = ahead(endless())
    next(coming)
    coming.close()
    assert len(read) == 2
