"""`passerelle repair`: what is worked out from the records, made anew from them."""

from typing import Annotated

import typer
from django.utils.translation import gettext as _

from passerelle.commands.console.asking import person
from passerelle.commands.console.output import print_json, say, wants_json
from passerelle.crm.names import renew_all_words
from passerelle.crm.readers import renew_all
from passerelle.crm.resolving import count_nameable_parties, name_known_parties
from passerelle.crm.services import date_undated_parties, renew_all_addresses
from passerelle.engine.services import require_up_to_date

repair = typer.Typer(no_args_is_help=True)
DryRun = Annotated[bool, typer.Option("--dry-run", help=_("Count only, and write nothing."))]


@repair.callback()
def prepare() -> None:
    """No command here can work on a database of another shape."""
    require_up_to_date()


@repair.command(
    "access",
    help=_("Work out anew who may read which email, and the order of those of each customer."),
)
def access(context: typer.Context) -> None:
    """Some emails at a time, while the service runs; begun again, it does no harm."""
    count, dated = sum(renew_all()), sum(date_undated_parties())
    if wants_json(context):
        print_json({"emails": count, "parties": dated})
    else:
        say(_("Emails whose readers were worked out: {count}").format(count=count))
        say(_("Parties that lacked the moment of their email: {count}").format(count=dated))


@repair.command("addresses", help=_("Make anew which records an address means."))
def addresses(context: typer.Context) -> None:
    """Some records at a time, while the service runs; begun again, it does no harm."""
    count, nameable = sum(renew_all_addresses()), sum(count_nameable_parties())
    if wants_json(context):
        print_json({"addresses": count, "nameable_parties": nameable})
        return
    say(_("Addresses that were put right: {count}").format(count=count))
    if nameable:
        text = _(
            "Senders and recipients of email here that mean nobody, though one record has their "
            "address: {count}. passerelle repair parties names them."
        )
        say(text.format(count=nameable))


@repair.command("names", help=_("Make anew by which words accounts, contacts and leads are found."))
def names(context: typer.Context) -> None:
    """Some records at a time, while the service runs; begun again, it does no harm."""
    count = sum(renew_all_words())
    if wants_json(context):
        print_json({"records": count})
    else:
        say(_("Records whose words were worked out: {count}").format(count=count))


@repair.command(
    "parties", help=_("Name senders and recipients whose address one record has by now.")
)
def parties(context: typer.Context, *, dry_run: DryRun = False) -> None:
    """Some addresses at a time, while the service runs; begun again, it goes on."""
    count = sum(count_nameable_parties() if dry_run else name_known_parties(person()))
    if wants_json(context):
        print_json({"parties": count, "dry_run": dry_run})
        return
    text = _("Would be named: {count}") if dry_run else _("Senders and recipients named: {count}")
    say(text.format(count=count))
