"""Condenses numbers into sequence sets, cut into lines of bounded length (RFC 9051, 9)."""

from collections.abc import Iterable, Iterator

SET_BYTES = 4000  # RFC 7162, 4 asks clients to stay below 8,192 bytes a line


def sequence_sets(numbers: Iterable[int]) -> Iterator[bytes]:
    """`1:3,7` and so on, ascending, each set short enough for one command."""
    line = bytearray()
    for first, last in _runs(numbers):
        piece = b"%d" % first if first == last else b"%d:%d" % (first, last)
        if line and len(line) + 1 + len(piece) > SET_BYTES:
            yield bytes(line)
            line.clear()
        if line:
            line += b","
        line += piece
    if line:
        yield bytes(line)


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    first = last = 0
    for number in sorted(set(numbers)):
        if last and number == last + 1:
            last = number
            continue
        if last:
            yield first, last
        first = last = number
    if last:
        yield first, last
