"""`passerelle undo-migration`: put back what a migration changed. Calls the services; no rules."""

import getpass
from typing import Annotated
from uuid import UUID

import typer
from django.utils.translation import gettext as _

from passerelle.commands.console.exits import Exit
from passerelle.commands.console.output import print_json, say, wants_json
from passerelle.commands.migrating.following import followed
from passerelle.engine.services import require_up_to_date
from passerelle.router import services as router
from passerelle.router.services import Migration, MigrationState, UndoPreview

Key = Annotated[
    UUID | None,
    typer.Argument(
        metavar="MIGRATION", help=_("The identifier of the migration; else the latest.")
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help=_("Undo without asking."))]
DryRun = Annotated[bool, typer.Option("--dry-run", help=_("Show what would be done, do nothing."))]


def undo_migration(
    context: typer.Context, key: Key = None, *, yes: Yes = False, dry_run: DryRun = False
) -> None:
    """Show what goes back and what stays, then do it; failed when nothing can be undone."""
    as_json = wants_json(context)
    require_up_to_date()
    migration = _found(key)
    _show(router.undo_preview(migration), as_json=as_json)
    if dry_run or not (yes or (not as_json and typer.confirm(_("Undo the migration?")))):
        return
    router.undo(migration, f"{getpass.getuser()} (console)")
    if followed(migration, as_json=as_json) != MigrationState.UNDONE:
        raise typer.Exit(Exit.FAILED)
    _show(router.undone(migration), as_json=as_json)


def _found(key: UUID | None) -> Migration:
    done = (one for one in router.migrations() if one.state == MigrationState.DONE)
    migration = router.migration_of(key) if key else next(done, None)
    if migration is None:
        raise typer.BadParameter(_("There is no such migration."))
    return migration


def _show(undo: UndoPreview, *, as_json: bool) -> None:
    if as_json:
        stays = [[one.name, one.why] for one in undo.stays]
        print_json(
            {
                "mailboxes": undo.mailboxes,
                "profiles": list(undo.profiles),
                "staying": undo.staying,
                "stays": stays,
            }
        )
        return
    say(_("Mailboxes as before: {count}").format(count=undo.mailboxes))
    for name in undo.profiles:
        say(_("Profile removed or as before: {name}").format(name=name))
    say(_("Mailboxes that stay as they are: {count}").format(count=undo.staying))
    for one in undo.stays:
        say(f"{one.name}: {one.why}" if one.why else one.name)
