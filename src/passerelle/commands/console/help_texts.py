"""What Typer prints of its own and looks up by `gettext`, so that our catalogue has it.

What it does not look up, such as the help of `--help`, stays English. See `commands/main.py`.
"""

from passerelle.faults import noop

HELP_TEXTS = (
    noop("Options"),
    noop("Commands"),
    noop("Arguments"),
    noop("Error"),
    noop("Aborted."),
    noop("[required]"),
    noop("[default: {}]"),
    noop("Try [blue]'{command_path} {help_option}'[/] for help."),
)
