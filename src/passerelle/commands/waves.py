"""`passerelle waves`: plan, start, pause, continue, stop, show. Calls services; has no rules."""

import getpass
from collections.abc import Callable
from datetime import time
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from passerelle.commands.console.output import (
    print_json,
    print_rows,
    say,
    spoken_moment,
    wants_json,
)
from passerelle.crm.models import Queue
from passerelle.engine.services import require_up_to_date
from passerelle.faults.waves import HoursUnclear, PlanUnknown
from passerelle.mailboxes.choosing.services import Wanted, wanted_of
from passerelle.mailboxes.models import EmailServerProfile, WavePlan
from passerelle.mailboxes.models.waves import ADVISED_GAP_MINUTES, ADVISED_SIZE
from passerelle.mailboxes.waves import services

waves = typer.Typer(no_args_is_help=True)
LIST_BYTES = 4_000_000

Named = Annotated[str, typer.Argument(metavar="PLAN", help=_("Name or GUID of a plan."))]
Name = Annotated[str, typer.Argument(help=_("Name of the new plan."))]
Size = Annotated[int, typer.Option("--size", help=_("Mailboxes in a wave, at most."))]
Gap = Annotated[int, typer.Option("--gap", help=_("Minutes from one wave to the next."))]
AllowedHours = Annotated[
    str, typer.Option("--hours", help=_("When waves may start, as in 20:00-06:00."))
]
Kind = Annotated[str, typer.Option("--kind", help=_("Only queues, or only users."))]
OfQueue = Annotated[
    str, typer.Option("--queue", help=_("Only this queue and its members, by its name."))
]
OfProfile = Annotated[str, typer.Option("--profile", help=_("Only this profile, by its name."))]
Words = Annotated[str, typer.Option("--search", help=_("Only where these words are found."))]
ListFile = Annotated[
    Path | None, typer.Option("--list", help=_("Only the addresses in this text file."))
]


@waves.callback()
def prepare() -> None:
    """No command here can work on a database of another shape."""
    require_up_to_date()


@waves.command(help=_("Make a plan and show it. Nothing starts."))
def plan(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    name: Name,
    *,
    size: Size = ADVISED_SIZE,
    gap: Gap = ADVISED_GAP_MINUTES,
    hours: AllowedHours = "",
    kind: Kind = "",
    queue: OfQueue = "",
    profile: OfProfile = "",
    search: Words = "",
    addresses: ListFile = None,
) -> None:
    """Without a choice, the plan is about every mailbox that can be enabled."""
    begins, ends = _hours(hours)
    draft = WavePlan(
        name=name, wave_size=size, gap_minutes=gap, hours_from=begins, hours_until=ends
    )
    wanted = _wanted(kind, queue, profile, search)
    listed = services.addresses_in(_text_of(addresses)) if addresses else None
    _show(context, services.make_plan(draft, wanted, _person(), addresses=listed))


@waves.command(help=_("Start a plan."))
def start(context: typer.Context, named: Named) -> None:
    """The first wave starts as soon as the hours allow."""
    _step(context, named, services.start)


@waves.command(help=_("Start no further wave for now."))
def pause(context: typer.Context, named: Named) -> None:
    """Tests that run end."""
    _step(context, named, services.pause)


@waves.command("continue", help=_("Go on with a paused plan."))
def go_on(context: typer.Context, named: Named) -> None:
    """The next wave starts at its time, or at once where that is past."""
    _step(context, named, services.go_on)


@waves.command(help=_("End a plan. What is enabled stays enabled."))
def stop(context: typer.Context, named: Named) -> None:
    """Waves that did not start never will."""
    _step(context, named, services.stop)


@waves.command(help=_("Show all plans, or the waves of one."))
def show(
    context: typer.Context,
    named: Annotated[str, typer.Argument(metavar="PLAN", help=_("Name or GUID of a plan."))] = "",
) -> None:
    """One row a plan, or one a wave."""
    if named:
        _show(context, _plan(named))
        return
    rows = [_plan_row(one) for one in WavePlan.objects.all()]
    if wants_json(context):
        print_json(rows)
        return
    columns = {"name": _("Name"), "state": _("State"), "mailboxes": _("Mailboxes")}
    print_rows({**columns, "waves": _("Waves"), "id": _("GUID")}, rows)


def _step(context: typer.Context, named: str, step: Callable[[WavePlan, str], WavePlan]) -> None:
    _show(context, step(_plan(named), _person()))


def _plan(named: str) -> WavePlan:
    found = services.plan_named(named)
    if found is None:
        raise PlanUnknown(plan=named)
    return found


def _show(context: typer.Context, plan: WavePlan) -> None:
    told = services.shown(plan)
    waves_told = [_wave_row(one) for one in told.waves]
    if wants_json(context):
        print_json({**_plan_row(plan), "gaps": told.gaps, "list": waves_told, **plan.findings})
        return
    text = _("{name}: {state}, {mailboxes} mailboxes in {waves} waves")
    say(text.format(**_plan_row(plan)))
    if told.last_on:
        say(_("The last wave starts at {moment}.").format(moment=spoken_moment(told.last_on)))
    if told.gaps:
        say(_("Mailboxes whose mail would be passed by: {count}.").format(count=told.gaps))
    if plan.findings.get("unknown"):
        unknown = ", ".join(plan.findings["unknown"])
        say(_("Addresses that no mailbox has: {addresses}").format(addresses=unknown))
    columns = {
        "number": _("Wave"),
        "of": _("Kind"),
        "start": pgettext("moment", "Start"),
        "size": _("Mailboxes"),
    }
    counts = {"passed": _("Enabled"), "failed": _("Failed"), "left_out": _("Left out")}
    print_rows({**columns, **counts}, waves_told)


def _plan_row(plan: WavePlan) -> dict[str, Any]:
    return {
        "id": str(plan.pk),
        "name": plan.name,
        "state": plan.get_state_display(),
        "mailboxes": plan.total,
        "waves": plan.waves_total,
    }


def _wave_row(one: services.ShownWave) -> dict[str, Any]:
    start = one.wave.started_on or one.planned_on
    return {
        "number": one.wave.number,
        "of": _("Queues") if one.wave.of_queues else _("Users"),
        "start": spoken_moment(start) if start else "",
        "size": one.wave.size,
        "passed": one.passed,
        "failed": one.failed,
        "left_out": one.left_out,
        "through": one.wave.through_on is not None,
    }


def _hours(text: str) -> tuple[time | None, time | None]:
    if not text:
        return None, None
    begins, _dash, ends = text.partition("-")
    try:
        return time.fromisoformat(begins.strip()), time.fromisoformat(ends.strip())
    except ValueError as error:
        raise HoursUnclear(hours=text) from error


def _wanted(kind: str, queue: str, profile: str, search: str) -> Wanted:
    asked = {"kind": kind, "q": search}
    if queue:
        asked["queue"] = str(_one(Queue.objects.filter(name=queue), queue))
    if profile:
        asked["profile"] = str(_one(EmailServerProfile.objects.filter(name=profile), profile))
    if kind not in {"", "queues", "users"}:
        raise typer.BadParameter(
            _("Say {one} or {other}.").format(one="--kind queues", other="--kind users")
        )
    return wanted_of(asked)


def _one(rows: Any, name: str) -> Any:
    keys = list(rows.values_list("pk", flat=True)[:2])
    if len(keys) != 1:
        raise typer.BadParameter(_("None or several are called {name}.").format(name=name))
    return keys[0]


def _text_of(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return stream.read(LIST_BYTES).decode("utf-8", "replace")
    except OSError as error:
        raise typer.BadParameter(f"{file}: {error.strerror}") from error


def _person() -> str:
    return f"{getpass.getuser()} (console)"
