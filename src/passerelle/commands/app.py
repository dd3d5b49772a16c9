"""The commands of `passerelle`. Imported when Django is set up, so that texts are translated."""

from typing import Annotated

import typer
from django.utils.translation import gettext as _

from passerelle import __version__
from passerelle.commands.console.output import say
from passerelle.commands.import_table import import_table
from passerelle.commands.invitations import invitations
from passerelle.commands.mail import mail
from passerelle.commands.mailboxes import mailboxes
from passerelle.commands.migrating.migrate_router import migrate_router
from passerelle.commands.migrating.undo_migration import undo_migration
from passerelle.commands.records import records
from passerelle.commands.serving.run import run
from passerelle.commands.upkeep.backup import backup, restore
from passerelle.commands.upkeep.doctor import doctor
from passerelle.commands.upkeep.installation import installation
from passerelle.commands.upkeep.keys import keys
from passerelle.commands.upkeep.repair import repair
from passerelle.commands.upkeep.second_factor import remove
from passerelle.commands.upkeep.upgrade import upgrade
from passerelle.commands.waves import waves

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help=_("Connects people's mailboxes to a CRM from the server side."),
    epilog=_("Exit status: 0 done, 1 failed, 2 usage, 75 try again later, 78 correct a setting."),
)


def _tell_version(value: bool) -> None:  # noqa: FBT001 - Typer calls it so
    if value:
        say(f"Passerelle {__version__}")
        raise typer.Exit


@app.callback()
def options(
    *,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print JSON, for programs."))] = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version", help=_("Say which version this is."), callback=_tell_version, is_eager=True
        ),
    ] = False,
) -> None:
    """What holds for every command; each asks `wants_json`."""
    del as_json, version  # read from the context, and told already


app.command(help=_("Run the web server and the workers until SIGTERM."))(run)
app.command(help=_("Look for what is wrong, and say what to do."))(doctor)
app.command(
    "migrate-router", help=_("Migrate Email Router Data: the files of up to four routers.")
)(migrate_router)
app.command(
    "undo-migration", help=_("Put back what a migration changed, while nothing is processed.")
)(undo_migration)
app.command("import", help=_("Import users, queues, mailboxes and records from CSV files."))(
    import_table
)
app.command(help=_("Put the whole installation into one file."))(backup)
app.command(help=_("Make an installation from a backup; it rests as a copy."))(restore)
app.command(help=_("Bring the database to this version, after a backup."))(upgrade)
app.add_typer(installation, name="installation", help=_("Tell the installation from a copy."))
app.add_typer(invitations, name="invitations", help=_("Invite people by mail, many at once."))
app.add_typer(keys, name="keys", help=_("Change the keys that protect stored passwords."))
app.add_typer(mail, name="mail", help=_("Say where mail is, and why."))
app.add_typer(mailboxes, name="mailboxes", help=_("Look at mailboxes and put them to work."))
app.add_typer(records, name="records", help=_("Work on accounts, contacts and leads."))
app.add_typer(repair, name="repair", help=_("Make anew what is worked out from the records."))
app.add_typer(waves, name="waves", help=_("Test and enable many mailboxes in waves."))
app.command(
    "remove-second-factor",
    help=_("Take the second factor of a person away, who lost device and codes."),
)(remove)
