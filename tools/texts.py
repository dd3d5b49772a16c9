"""`python -m tools.texts update|compile|check`: the texts to translate, with Babel alone.

update  collects them from the source and writes the French catalogue, keeping translations
compile writes the .mo files that Django reads
check   fails when a text lacks, is fuzzy or stale, or when placeholders differ

The catalogue is sorted by file and holds neither dates nor line numbers, so that a change in it
is a change of words.
"""

import io
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from tools.steps import ROOT

SOURCE = ROOT / "src"
CATALOGUES = SOURCE / "passerelle" / "locale"
FRENCH = CATALOGUES / "fr" / "LC_MESSAGES" / "django.po"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "noop": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
TEMPLATES = {".html", ".txt"}
CHURN = (
    "POT-Creation-Date",
    "PO-Revision-Date",
    "Generated-By",
    "Language-Team",
    "Last-Translator",
)
PLACEHOLDER = re.compile(r"\{[^{}]*\}|%\([a-z_0-9]+\)[sd]|%[sd]")
WIDTH = 100  # columns of the catalogue


def collect() -> Catalog:
    """Every text of the source that is marked for translation."""
    found = Catalog(project="passerelle", charset="utf-8")
    for file in sorted(_sources()):
        code = _python_of(file)
        place = file.relative_to(ROOT).as_posix()
        for _, text, comments, context in extract(
            "python", io.BytesIO(code.encode()), KEYWORDS, ["Translators:"], {"encoding": "utf-8"}
        ):
            found.add(text, None, [(place, 0)], auto_comments=comments, context=context)
    return found


def _sources() -> Iterator[Path]:
    for file in (SOURCE / "passerelle").rglob("*"):
        is_module = file.suffix == ".py" and "migrations" not in file.parts
        if is_module or (file.suffix in TEMPLATES and "templates" in file.parts):
            yield file


def _python_of(file: Path) -> str:
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".py":
        return text
    # The indentation of HTML means nothing to Python's tokenizer, which would refuse it.
    lines = templatize(text, origin=str(file)).splitlines()
    return "\n".join(line.strip() for line in lines) + "\n"


def _stored() -> Catalog:
    if not FRENCH.exists():
        return Catalog(locale="fr", project="passerelle", charset="utf-8")
    with FRENCH.open("rb") as stream:
        return read_po(stream, locale="fr")


def update() -> int:
    """Write the catalogue anew; what is already translated stays."""
    catalogue = _stored()
    catalogue.update(collect(), no_fuzzy_matching=True)
    catalogue.project = "passerelle"
    catalogue.header_comment = "# French texts of Passerelle."
    catalogue.fuzzy = False
    buffer = io.BytesIO()
    write_po(
        buffer,
        catalogue,
        width=WIDTH,
        sort_by_file=True,
        include_lineno=False,
        ignore_obsolete=True,
    )
    lines = buffer.getvalue().decode().splitlines()
    kept = [line for line in lines if not line.startswith(tuple(f'"{name}:' for name in CHURN))]
    FRENCH.parent.mkdir(parents=True, exist_ok=True)
    FRENCH.write_text("\n".join(kept).rstrip() + "\n", encoding="utf-8")
    missing = sum(1 for message in _messages(catalogue) if not _translated(message))
    print(f"{FRENCH.relative_to(ROOT)}: {len(catalogue)} texts, {missing} to translate")
    return compile_all()


def compile_all() -> int:
    """Write a .mo beside each .po; without any .po there is nothing to do."""
    for source in sorted(CATALOGUES.glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as stream:
            catalogue = read_po(stream, locale=source.parts[-3])
        draft = source.with_suffix(".mo.new")
        with draft.open("wb") as target:
            write_mo(target, catalogue)
        draft.replace(source.with_suffix(".mo"))
    return 0


def check() -> int:
    """Print what is wrong with the catalogue; 1 when anything is."""
    wanted = {_key(message): message for message in _messages(collect())}
    stored = {_key(message): message for message in _messages(_stored())}
    complaints = [f"not in the catalogue: {key[1]!r}" for key in wanted.keys() - stored.keys()]
    complaints += [f"no longer in the source: {key[1]!r}" for key in stored.keys() - wanted.keys()]
    for key in wanted.keys() & stored.keys():
        complaints += complaints_of(stored[key])
    for complaint in sorted(complaints):
        print(complaint)
    if complaints:
        print(f"{len(complaints)} complaints; run: make texts")
    return 1 if complaints else 0


def complaints_of(message: Message) -> Iterator[str]:
    """What is wrong with one message of the catalogue."""
    text = _forms(message.id)[-1]
    if message.fuzzy:
        yield f"fuzzy: {text!r}"
    if not _translated(message):
        yield f"not translated: {text!r}"
        return
    expected = set(PLACEHOLDER.findall(text))
    for form in _forms(message.string):
        if set(PLACEHOLDER.findall(form)) != expected:
            yield f"other placeholders than {text!r}: {form!r}"


def _messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)  # the header has no id


def _key(message: Message) -> tuple[str, str]:
    return (message.context or "", _forms(message.id)[0])


def _translated(message: Message) -> bool:
    return all(_forms(message.string)) and bool(_forms(message.string))


def _forms(text: str | Iterable[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or [])


def main(words: list[str]) -> int:
    commands = {"update": update, "compile": compile_all, "check": check}
    if len(words) != 1 or words[0] not in commands:
        print(__doc__)
        return 2
    return commands[words[0]]()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
