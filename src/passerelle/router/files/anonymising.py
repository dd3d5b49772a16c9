"""Writes a copy of a router's file that may be shown to strangers: structure without values.

Element and attribute names stay, as they are what nobody has documented; each value becomes its
kind and its length. The generated tokens that name the records of SystemState may be digests of
addresses, so they become their shape. The bounds are those of the reading.
"""

import re
from collections.abc import Mapping, Sequence
from typing import BinaryIO, cast
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from passerelle.faults.router import RouterFault
from passerelle.guids import guid_of
from passerelle.router.files.names import Names
from passerelle.router.files.parsing import Budget, Feed, parse
from passerelle.router.files.reading import Refusal
from passerelle.router.files.targets import BoundedTarget, StateTarget, local_name
from passerelle.router.files.values import Box, RouterFile

_TOKEN = re.compile(r"[A-Za-z][A-Za-z0-9]{27}")
_KINDS = (
    ("number", re.compile(r"-?\d+")),
    ("flag", re.compile(r"true|false|yes|no", re.IGNORECASE)),
    ("date", re.compile(r"\d{4}-\d\d-\d\dT.*")),
    ("url", re.compile(r"[A-Za-z]+://.*", re.DOTALL)),
    ("address", re.compile(r"[^@\s]+@[^@\s]+")),
    ("base64", re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")),
)


def anonymise(box: Box, file: RouterFile, names: Names, out: BinaryIO) -> None:
    """Write the copy to `out`, in UTF-8. After a `RouterFault` what was written is useless."""
    _write(Feed(box, file, Budget()), names, out)


def anonymise_all(
    routers: Sequence[Mapping[Box, RouterFile]], names: Names, out: BinaryIO
) -> tuple[Refusal, ...]:
    """Write the copies of whole sets as a ZIP file, a folder a router where there are several.

    One `Refusal` a router, without a fault where its files could be copied. The bound on bytes is
    that of all of them together.
    """
    budget = Budget()
    refusals: list[Refusal] = []
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for number, files in enumerate(routers, 1):
            faults: dict[Box, RouterFault] = {}
            folder = f"{number}/" if len(routers) > 1 else ""
            for box, file in files.items():
                try:
                    with archive.open(folder + box.value, "w", force_zip64=True) as copy:
                        _write(Feed(box, file, budget), names, cast("BinaryIO", copy))
                except RouterFault as fault:
                    faults[box] = fault
            refusals.append(Refusal(faults))
    return tuple(refusals)


def _write(feed: Feed, names: Names, out: BinaryIO) -> None:
    out.write(b'<?xml version="1.0" encoding="utf-8"?>\n')
    parse(feed, _Copy(feed.box, names, out))


def kind_of(text: str) -> str:
    """`guid:36`, `address:16`, `text:5`; "" for nothing."""
    text = text.strip()
    if not text:
        return ""
    if guid_of(text) is not None:
        return f"guid:{len(text)}"
    kind = next((name for name, form in _KINDS if form.fullmatch(text)), "text")
    return f"{kind}:{len(text)}"


class _Copy(BoundedTarget):
    """Writes each event at once; only the text of the open element is held, up to its bound."""

    def __init__(self, box: Box, names: Names, out: BinaryIO) -> None:
        super().__init__(names, names.state if box is Box.STATE else names.agent)
        self.box = box
        self.different_names = StateTarget.different_names
        self._out = out
        self._spaces: list[str] = [""]
        self._collect()

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        self._deeper()
        self._flush()
        for name in (tag, *("@" + attribute for attribute in attrs)):
            if name not in self.rows:
                self._learn(name)
        space = tag.rpartition("}")[0]
        own = f" xmlns={quoteattr(space)}" if space != self._spaces[-1] else ""
        self._spaces.append(space)
        written = "".join(
            f' {local_name(name)}="{kind_of(value)}"'
            for name, value in attrs.items()
            if "}" not in name  # schema hints, whose prefixes would have to be kept
        )
        self._write(f"<{self._name(tag)}{own}{written}>")

    def end(self, tag: str) -> None:
        self._depth -= 1
        self._flush()
        self._spaces.pop()
        self._write(f"</{self._name(tag)}>")

    def _flush(self) -> None:
        self._write(escape(kind_of(self._collected())))
        self._collect()

    def _name(self, tag: str) -> str:
        name = local_name(tag)
        token = self.box is Box.STATE and _TOKEN.fullmatch(name)
        return name[0] + "x" * 27 if token else name

    def _write(self, text: str) -> None:
        self._out.write(text.encode())
