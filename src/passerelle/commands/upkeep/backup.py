"""`passerelle backup` and `passerelle restore`: the whole installation as one file, and back."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from passerelle.commands.console.asking import passphrase
from passerelle.commands.console.output import print_json, say, wants_json
from passerelle.commands.serving.home_lock import lock_home
from passerelle.configuration import load_config
from passerelle.engine.services import steps_behind, workers_alive
from passerelle.faults import Secret
from passerelle.faults.upkeep import WorkersRun
from passerelle.upkeep import services as upkeep
from passerelle.upkeep.services import Manifest, Replacing, Restored, Told

File = Annotated[Path, typer.Argument(help=_("The file of the backup; a folder gives it a name."))]
From = Annotated[Path, typer.Argument(help=_("The file of the backup."))]
Keys = Annotated[
    bool, typer.Option("--keys", help=_("With the key file, protected by a passphrase."))
]
Replace = Annotated[
    bool, typer.Option("--replace", help=_("Put it in the place of the database that is there."))
]
ReplaceAll = Annotated[
    bool,
    typer.Option(
        "--replace-all", help=_("As --replace, and remove what others put into its schema, too.")
    ),
]
Check = Annotated[bool, typer.Option("--check", help=_("Read the backup whole; change nothing."))]
SHOWN_EVERY_SECONDS = 0.5


def backup(context: typer.Context, file: File, *, keys: Keys = False) -> None:
    """Works while passerelle run goes on; the file appears when it is whole."""
    config, as_json = load_config(), wants_json(context)
    secret = passphrase(new=True) if keys else None
    with progress(shown=not as_json) as told:
        made = upkeep.make_backup(file, config, passphrase=secret, told=told)
    if as_json:
        print_json({"file": str(made.file), "bytes": made.size, **_facts(made.manifest)})
        return
    text = _("{file} holds the backup: {rows} rows, {size} MB.")
    rows = sum(made.manifest.counts.values())
    say(text.format(file=made.file, rows=rows, size=f"{made.size / 1e6:.1f}"))
    if not made.with_keys:
        text = _("It holds no keys: keep {file} apart from it, or back up with --keys.")
        say(text.format(file=config.key_file))


def restore(
    context: typer.Context,
    file: From,
    *,
    replace: Replace = False,
    replace_all: ReplaceAll = False,
    keys: Keys = False,
    check: Check = False,
) -> None:
    """The restored installation neither reads nor sends until it is confirmed."""
    as_json = wants_json(context)
    secret = passphrase(new=False) if keys else None
    if check:
        with progress(shown=not as_json) as told:
            manifest = upkeep.check_backup(file, passphrase=secret, told=told)
        _tell(_facts(manifest), [_("The backup is whole.")], as_json=as_json)
        return
    replacing = Replacing.OURS if replace else Replacing.NOTHING
    done = _restored(file, Replacing.ALL if replace_all else replacing, secret, as_json=as_json)
    facts = {
        **_facts(done.manifest),
        "keys_missing": list(done.keys_missing),
        "replaced": [str(one) for one in done.removed.ours],
        "removed": [str(one) for one in done.removed.foreign],
    }
    _tell(facts, _words(done), as_json=as_json)


def _restored(
    file: Path, replacing: Replacing, secret: Secret | None, *, as_json: bool
) -> Restored:
    config = load_config()
    config.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = lock_home(config.home)
    try:
        _require_no_workers()
        with progress(shown=not as_json) as told:
            return upkeep.restore(file, config, replacing, passphrase=secret, told=told)
    finally:
        os.close(lock)


def _words(done: Restored) -> list[str]:
    lines = [_("Restored. This is a copy: it neither reads nor sends until you confirm it.")]
    if count := len(done.removed.ours):
        text = ngettext(
            "It is in the place of {n} table that was there.",
            "It is in the place of {n} tables that were there.",
            count,
        )
        lines.append(text.format(n=count))
    if done.removed.foreign:
        things = ", ".join(str(one) for one in done.removed.foreign)
        lines.append(_("Removed, too: {things}").format(things=things))
    lines.append(_("Start passerelle run; to confirm, run passerelle installation confirm."))
    if done.keys_missing:
        text = _("Passwords of these keys do not open until the key file is put back: {keys}")
        lines.append(text.format(keys=", ".join(done.keys_missing)))
    return lines


def _require_no_workers() -> None:
    """On PostgreSQL the workers of another machine may use the database that is replaced.

    Those of SQLite are on this machine, and the lock of the home keeps them out.
    """
    if connection.vendor == "sqlite":
        return
    try:
        if (
            connection.introspection.table_names()
            and not steps_behind()
            and (alive := workers_alive())
        ):
            raise WorkersRun(count=alive)
    except DatabaseError:  # nothing there that anybody could work on
        return
    finally:
        connection.close()


def _facts(manifest: Manifest) -> dict[str, Any]:
    facts = asdict(manifest)
    return {name: facts[name] for name in ("version", "made_on", "database", "counts", "key_ids")}


def _tell(facts: dict[str, Any], lines: list[str], *, as_json: bool) -> None:
    if as_json:
        print_json(facts)
        return
    for line in lines:
        say(line)


@contextmanager
def progress(*, shown: bool) -> Iterator[Told]:
    """A line that is written over on a terminal, and nothing elsewhere."""
    shown = shown and sys.stderr.isatty()
    last = [0.0]

    def told(step: str, done: int, of: int) -> None:
        if not shown or time.monotonic() - last[0] < SHOWN_EVERY_SECONDS:
            return
        last[0] = time.monotonic()
        amount = f"{done * 100 // of} %" if of else f"{done // 1_000_000} MB"
        sys.stderr.write(f"\r{_step(step)} {amount}   ")
        sys.stderr.flush()

    yield told
    if shown:
        sys.stderr.write("\r\x1b[K")


def _step(name: str) -> str:
    words = {
        "snapshot": _("Copying the database"),
        "archive": _("Writing the file"),
        "check": _("Reading the file"),
        "unpack": _("Unpacking"),
        "restore": _("Restoring"),
        "migrate": _("Migrating"),
    }
    return words[name]
