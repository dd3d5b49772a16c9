"""`passerelle migrate-router`: the wizard's steps in one go. Calls the services; has no rules."""

import getpass
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from passerelle.alerts.services import render_raised
from passerelle.commands.console.exits import Exit
from passerelle.commands.console.output import print_fault, print_json, say, texts_of, wants_json
from passerelle.commands.migrating.decisions import take_decisions, write_decisions
from passerelle.commands.migrating.following import followed
from passerelle.commands.migrating.output import show
from passerelle.commands.migrating.table import begun_by_table, write_table
from passerelle.engine.services import require_up_to_date
from passerelle.faults import Fault
from passerelle.router import services as router
from passerelle.router.services import (
    Box,
    Migration,
    MigrationState,
    Refusal,
    RouterFile,
)

Files = dict[Box, RouterFile]

Chosen = Annotated[
    list[str] | None, typer.Option("--only", help=_("Migrate only profiles of this name."))
]
Given = Annotated[
    list[str] | None,
    typer.Option("--answer", help=_("Answer a question: KEY=CHOICE, as the questions are shown.")),
]
Paths = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="AGENT STATE KEY …",
        help=_("The three files of each router, or the folder that they lie in; up to four."),
    ),
]
NamesFile = Annotated[
    Path | None, typer.Option("--names", help=_("A table of element names instead of ours."))
]
CredentialsFile = Annotated[
    Path | None,
    typer.Option(
        "--credentials", help=_("A CSV file with the columns address, user name, password.")
    ),
]
DecisionsFile = Annotated[
    Path | None,
    typer.Option("--decisions", help=_("A CSV file of what is matched, left or mapped otherwise.")),
]
NewDecisionsFile = Annotated[
    Path | None,
    typer.Option(
        "--write-decisions",
        help=_("Only write what can be decided into this new CSV file, to be filled in."),
    ),
]
TableFile = Annotated[
    Path | None,
    typer.Option("--table", help=_("A CSV file of profiles and recipients, in place of files.")),
]
NewTableFile = Annotated[
    Path | None,
    typer.Option(
        "--write-table",
        help=_(
            "Only write a CSV file of profiles and recipients, half filled with what can be read."
        ),
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help=_("Start without asking."))]
Overwrite = Annotated[
    bool,
    typer.Option("--overwrite", help=_("Replace what was made otherwise since, by the router's.")),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help=_("Show what would be done, do nothing."))]
Copy = Annotated[
    Path | None,
    typer.Option(
        "--anonymise", help=_("Only write copies without any value into this folder, to be shown.")
    ),
]


def migrate_router(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    paths: Paths = None,
    *,
    names: NamesFile = None,
    credentials: CredentialsFile = None,
    decisions: DecisionsFile = None,
    writes_decisions: NewDecisionsFile = None,
    table: TableFile = None,
    writes_table: NewTableFile = None,
    only: Chosen = None,
    answers: Given = None,
    yes: Yes = False,
    overwrite: Overwrite = False,
    dry_run: DryRun = False,
    anonymise: Copy = None,
) -> None:
    """Read, choose, show, start, follow, show; failed when the files are refused."""
    as_json = wants_json(context)
    files = _source(paths, table, writes_table)
    if anonymise is not None or writes_table is not None:
        _only_write(files, names, anonymise, writes_table, as_json=as_json)
        return
    require_up_to_date()
    migration = _begun(files, names, table, as_json=as_json)
    try:
        migration = _answered(migration, answers)
        _choose(migration, only, overwrite=overwrite)
        _settle(migration, decisions, credentials, as_json=as_json)
        show(migration, router.summary(migration), as_json=as_json)
        if writes_decisions is not None:
            write_decisions(migration, writes_decisions, as_json=as_json)
        if dry_run or writes_decisions or not (yes or _agreed(as_json=as_json)):
            _throw_away(migration)
            return
        router.start(migration, _person())
    except (Fault, typer.BadParameter, typer.Exit):
        _throw_away(migration)
        raise
    _carry_out(migration, as_json=as_json)


def _source(paths: list[Path] | None, table: Path | None, writes: Path | None) -> list[Files]:
    """The files; a table is written of some or of none, and stands in their place."""
    files = _routers(paths or [])
    if table is not None and (files or writes is not None):
        raise typer.BadParameter(_("Give the files or the table, not both."))
    if not files and table is None and writes is None:
        raise typer.BadParameter(_("Give three files a router, or its folder."))
    return files


def _only_write(
    files: list[Files],
    names: Path | None,
    copies: Path | None,
    table: Path | None,
    *,
    as_json: bool,
) -> None:
    if copies is not None:
        _anonymise(files, names, copies)
    if table is not None:
        require_up_to_date()  # whom the records know stands in it
        write_table(files, names, table, as_json=as_json)


def _carry_out(migration: Migration, *, as_json: bool) -> None:
    """Follow what was started, and show what was done."""
    if followed(migration, as_json=as_json) != MigrationState.DONE:
        raise typer.Exit(Exit.FAILED)
    show(migration, router.result(migration), as_json=as_json, done=True)


def _routers(paths: list[Path]) -> list[Files]:
    """A folder stands for the three files in it; other paths are taken three by three."""
    routers: list[Files] = []
    loose: list[Path] = []
    for path in paths:
        if path.is_dir():
            routers.append({box: RouterFile(box.value, path / box.value) for box in Box})
        else:
            loose.append(path)
    if len(loose) % len(Box):
        raise typer.BadParameter(_("Give three files a router, or its folder."))
    for start in range(0, len(loose), len(Box)):
        three = zip(Box, loose[start : start + len(Box)], strict=True)
        routers.append({box: RouterFile(path.name, path) for box, path in three})
    if len(routers) > router.ROUTERS:
        text = _("At most {count} routers are migrated in one go.")
        raise typer.BadParameter(text.format(count=router.ROUTERS))
    return routers


def _begun(
    routers: list[Files], names: Path | None, table: Path | None, *, as_json: bool
) -> Migration:
    if table is not None:
        return begun_by_table(table, _person(), as_json=as_json)
    begun = router.begin(routers, names, _person())
    if isinstance(begun, Migration):
        return begun
    if as_json:
        print_json({"refused": [_refused(one) for one in begun]})
    else:
        for fault in (fault for one in begun for fault in one.faults.values()):
            print_fault(fault)
        say(_("If the files cannot be had otherwise, go on with a table: --write-table."))
    raise typer.Exit(Exit.FAILED)


def _refused(one: Refusal) -> dict[str, dict[str, str]]:
    return {
        box.value: {"code": fault.code, **texts_of(render_raised(fault))}
        for box, fault in one.faults.items()
    }


def _answered(migration: Migration, answers: list[str] | None) -> Migration:
    return router.answer(migration, dict(_pairs(answers))) if answers else migration


def _pairs(answers: list[str]) -> Iterator[tuple[str, str]]:
    for answer in answers:
        key, equals, choice = answer.rpartition("=")
        if not equals:
            raise typer.BadParameter(_("Write an answer as KEY=CHOICE: {text}").format(text=answer))
        yield key, choice


def _choose(migration: Migration, only: list[str] | None, *, overwrite: bool) -> None:
    reviews = router.profiles_of(migration)
    if only:
        names = {name.casefold() for name in only}
        unknown = names - {one.name.casefold() for one in reviews if one.migrates}
        if unknown:
            text = _("No profile to migrate is called {name}.")
            raise typer.BadParameter(text.format(name=", ".join(sorted(unknown))))
        router.choose(migration, {one.key: one.name.casefold() in names for one in reviews})
    if overwrite:
        router.choose(migration, {}, {one.key: True for one in reviews if one.migrates})


def _settle(
    migration: Migration, decisions: Path | None, credentials: Path | None, *, as_json: bool
) -> None:
    if decisions is not None:
        take_decisions(migration, decisions, as_json=as_json)
    if credentials is not None:
        _bring(migration, credentials, as_json=as_json)


def _bring(migration: Migration, path: Path, *, as_json: bool) -> None:
    try:
        with path.open("rb") as stream:
            brought = router.bring_credentials(migration, stream)
    except OSError as error:
        raise typer.BadParameter(str(error)) from error
    if as_json:
        print_json({"brought": brought.taken, "refused": brought.refused})
        return
    say(_("Passwords kept: {count}").format(count=brought.taken))
    for number, why in brought.refused:
        say(_("Row {number}: {why}").format(number=number, why=why))


def _agreed(*, as_json: bool) -> bool:
    """A program that gave no --yes agreed to nothing."""
    return not as_json and typer.confirm(_("Start the migration?"))


def _throw_away(migration: Migration) -> None:
    found = router.migration_of(migration.pk)
    if found is not None and found.state == MigrationState.DRAFT:
        router.abandon(found, _person())


def _anonymise(routers: list[Files], names: Path | None, folder: Path) -> None:
    """Structure and names stay; each value becomes its kind and its length."""
    table = router.load_names(names)
    for number, files in enumerate(routers, 1):
        _anonymise_one(files, table, folder if len(routers) == 1 else folder / str(number))


def _anonymise_one(files: Files, table: router.Names, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for box, file in files.items():
        target = folder / box.value
        try:
            with target.open("xb") as out:
                router.anonymise(box, file, table, out)
        except FileExistsError as error:
            text = _("{file} is there already; give an empty folder.")
            raise typer.BadParameter(text.format(file=target)) from error
        except Fault:
            target.unlink()
            raise
        say(str(target))


def _person() -> str:
    return f"{getpass.getuser()} (console)"
