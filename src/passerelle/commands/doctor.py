"""`passerelle doctor`: looks at everything that must be right, and says what to do."""

from dataclasses import asdict

import typer
from django.utils.translation import gettext as _
from rich.console import Console
from rich.markup import escape

from passerelle.commands.checks import Finding, Outcome, examine
from passerelle.commands.exits import Exit
from passerelle.commands.output import print_json, wants_json
from passerelle.configuration import load_config

STYLES = {Outcome.OK: "green", Outcome.WARN: "yellow", Outcome.FAIL: "bold red"}


def doctor(context: typer.Context) -> None:
    """One line a check; failed when one of them did."""
    findings = list(examine(load_config()))
    if wants_json(context):
        print_json([asdict(finding) for finding in findings])
    else:
        _print(findings)
    if any(finding.outcome is Outcome.FAIL for finding in findings):
        raise typer.Exit(Exit.FAILED)


def _print(findings: list[Finding]) -> None:
    words = {Outcome.OK: _("ok"), Outcome.WARN: _("warning"), Outcome.FAIL: _("failed")}
    console = Console(soft_wrap=True, highlight=False)
    for finding in findings:
        word = f"[{STYLES[finding.outcome]}]{words[finding.outcome]}[/]"
        console.print(f"{word} {escape(finding.name)}: {escape(finding.text)}")
        if finding.remedy:
            console.print(f"    {escape(finding.remedy)}")
