"""docs/commands.md and its French: every command of `passerelle`, as Typer knows it."""

from collections.abc import Iterator, Mapping
from typing import Any

from typer.main import get_command

from tools.manual.contents import ENGLISH, FRENCH
from tools.pages.wording import row, told

TITLES = {ENGLISH: "# Commands", FRENCH: "# Commandes"}
SOURCES = {
    ENGLISH: "*Made from `src/passerelle/commands/` by `python -m tools.pages`.*",
    FRENCH: "*Page produite depuis `src/passerelle/commands/` par `python -m tools.pages`.*",
}
INTRODUCTIONS = {
    ENGLISH: "The commands speak the language of the setting `language`, ask before they change "
    "much, and do what the pages do: by the same functions, with the same audit. `--json` before "
    "any command prints JSON for programs; `--help` behind any command shows it. The exit status "
    "is 0 when it is done, 1 when something that was asked for did not succeed, 2 when the command "
    "line was not understood, 75 when it can be tried again later, and 78 when a setting must be "
    "corrected first.",
    FRENCH: "Les commandes parlent la langue du paramètre `language`, demandent confirmation avant "
    "tout changement important et font ce que font les pages : par les mêmes fonctions, avec le "
    "même audit. `--json` devant une commande affiche du JSON à l’usage des programmes ; `--help` "
    "derrière une commande la présente. Le code de sortie est 0 quand c’est fait, 1 quand une "
    "partie de ce qui était demandé n’a pas réussi, 2 quand la ligne de commande n’a pas été "
    "comprise, 75 quand il faut réessayer plus tard et 78 quand un paramètre doit d’abord être "
    "corrigé.",
}
HEADINGS = {
    ENGLISH: "| argument or option | what it is |",
    FRENCH: "| argument ou option | ce que c’est |",
}


def commands_page(language: str) -> str:
    """Every command, in one language."""
    from passerelle.commands.app import app  # Django has to be set up first

    top: Any = get_command(app)
    lines = [TITLES[language], "", SOURCES[language], "", INTRODUCTIONS[language]]
    for name, command in sorted(top.commands.items()):
        lines += ["", f"## {name}", told(command.help, language)]
        below: Mapping[str, Any] = getattr(command, "commands", {})
        if not below:
            lines += _use(name, command, language)
        for inner, one in below.items():
            lines += ["", f"### {name} {inner}", told(one.help, language)]
            lines += _use(f"{name} {inner}", one, language)
    return "\n".join([*lines, ""])


def _use(name: str, command: Any, language: str) -> Iterator[str]:
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    options = [one for one in command.params if one.param_type_name == "option"]
    yield ""
    yield "    " + " ".join(
        [
            f"passerelle {name}",
            *(["[…]"] if options else []),
            *(_argument(one) for one in arguments),
        ]
    )
    if command.params:
        yield ""
        yield HEADINGS[language]
        yield "|---|---|"
    for one in arguments:
        yield row(f"`{_argument(one)}`", told(one.help, language))
    for one in options:
        shown = one.opts[0] if one.is_flag else f"{one.opts[0]} …"
        yield row(f"`{shown}`", told(one.help, language))


def _argument(argument: Any) -> str:
    shown = argument.metavar or argument.name.upper()
    several = " …" if argument.nargs == -1 and "…" not in shown else ""
    return f"{shown}{several}" if argument.required else f"[{shown}{several}]"
