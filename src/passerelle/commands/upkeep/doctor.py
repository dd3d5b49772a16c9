"""`passerelle doctor`: looks at everything that must be right, and says what to do."""

import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from typing import Annotated

import typer
from django.utils.translation import gettext as _
from rich.console import Console
from rich.markup import escape

from passerelle.commands.console.exits import Exit
from passerelle.commands.console.output import print_json, wants_json
from passerelle.commands.serving.web_server import listen
from passerelle.configuration import Config, load_config
from passerelle.faults import Fault
from passerelle.monitoring.services import Depth, Finding, Outcome, examine, good, wrong

STYLES = {Outcome.OK: "green", Outcome.WARN: "yellow", Outcome.FAIL: "bold red"}
ANSWER_SECONDS = 2.0
Deep = Annotated[
    bool,
    typer.Option(
        "--deep", help=_("Read the whole database and every password; minutes for a large one.")
    ),
]
Strict = Annotated[bool, typer.Option("--strict", help=_("A warning fails, too."))]


def doctor(context: typer.Context, *, deep: Deep = False, strict: Strict = False) -> None:
    """One line a check; failed when one of them did."""
    config = load_config()
    findings = [*examine(config, Depth(deep=deep, outside=True)), *_web_server(config)]
    if wants_json(context):
        print_json([asdict(finding) for finding in findings])
    else:
        _print(findings)
    bad = {Outcome.FAIL, Outcome.WARN} if strict else {Outcome.FAIL}
    if any(finding.outcome in bad for finding in findings):
        raise typer.Exit(Exit.FAILED)


def _print(findings: list[Finding]) -> None:
    words = {Outcome.OK: _("ok"), Outcome.WARN: _("warning"), Outcome.FAIL: _("failed")}
    console = Console(soft_wrap=True, highlight=False)
    for finding in findings:
        word = f"[{STYLES[finding.outcome]}]{words[finding.outcome]}[/]"
        code = f" ({finding.code})" if finding.code else ""
        console.print(f"{word} {escape(finding.name)}: {escape(finding.text)}{code}")
        for line in (finding.consequence, finding.remedy):
            if line:
                console.print(f"    {escape(line)}")


def _web_server(config: Config) -> Iterator[Finding]:
    """It answers, or its address is free for it."""
    name = _("Web server")
    host, _colon, port = config.listen.rpartition(":")
    try:
        with closing(socket.create_connection((host.strip("[]"), int(port)), ANSWER_SECONDS)):
            yield good(name, _("{address} answers").format(address=config.listen))
            return
    except OSError:
        pass  # nobody there: then it must be free for us
    try:
        listen(config).close()
    except Fault as fault:
        yield wrong(name, fault)
    else:
        yield good(name, _("{address} is free").format(address=config.listen))
