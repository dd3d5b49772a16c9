"""`passerelle upgrade`: bring the database to this version's shape; `--rehearse` on a copy."""

import os
from dataclasses import asdict
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from passerelle.commands.console.output import print_json, say, wants_json
from passerelle.commands.serving.home_lock import lock_home
from passerelle.commands.upkeep.backup import progress
from passerelle.configuration import load_config
from passerelle.engine.services import steps_behind
from passerelle.upkeep import services as upkeep

Rehearse = Annotated[
    bool, typer.Option("--rehearse", help=_("On a copy, which is removed; passerelle run goes on."))
]


def upgrade(context: typer.Context, *, rehearse: Rehearse = False) -> None:
    """Back up, migrate, check. passerelle run must be stopped, unless it is a rehearsal."""
    config, as_json = load_config(), wants_json(context)
    if not steps_behind():
        _say_nothing_to_do(as_json=as_json)
        return
    if rehearse:
        with progress(shown=not as_json) as told:
            report = upkeep.rehearse(config, told)
        _tell(report, _("The rehearsal went well."), as_json=as_json)
        return
    lock = lock_home(config.home)
    try:
        with progress(shown=not as_json) as told:
            done = upkeep.upgrade(config, told, lambda made: _say_backup(made, as_json=as_json))
    finally:
        os.close(lock)
    if done is not None:
        _tell(done[0], _("The database is of this version's shape."), as_json=as_json)


def _say_nothing_to_do(*, as_json: bool) -> None:
    if as_json:
        print_json({"steps": []})
    else:
        say(_("There is nothing to do: the database is of this version's shape."))


def _say_backup(made: upkeep.Made, *, as_json: bool) -> None:
    if not as_json:
        say(_("Backed up in {file}").format(file=made.file))


def _tell(report: upkeep.Report, conclusion: str, *, as_json: bool) -> None:
    if as_json:
        print_json(asdict(report))
        return
    for step in report.steps:
        say(f"  {step}")
    for name in report.tables_made:
        say(_("New table: {name}").format(name=name))
    for name in report.tables_removed:
        say(_("Table that is gone: {name}").format(name=name))
    for name, (before, after) in report.rows_changed.items():
        text = _("Rows of {name}: {before} before, {after} after")
        say(text.format(name=name, before=before, after=after))
    text = _("{conclusion} Steps: {steps}, seconds: {seconds}")
    seconds = f"{report.seconds:.1f}"
    say(text.format(conclusion=conclusion, steps=len(report.steps), seconds=seconds))
