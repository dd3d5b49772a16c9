"""The `passerelle` command: settings, logs and Django first, then the command that was asked for.

One of the three places that catch everything, so that a person never meets a traceback instead of
a sentence; the log has it.
"""

import gettext
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import django
import structlog

from passerelle.commands.console.exits import Exit
from passerelle.configuration import Config, console_language, ensure_keys, load_config
from passerelle.faults import Fault, in_words
from passerelle.faults.settings import RunsAlready, SettingFault
from passerelle.faults.store import StoreFault
from passerelle.site.logs import set_up_logs

log = structlog.get_logger(__name__)
LOCALE = Path(__file__).parent.parent / "locale"


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and end the process with its exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        _set_up(given)
    except SettingFault as fault:
        _tell_without_django(fault)
        sys.exit(Exit.SETTINGS)
    sys.exit(_run(given))


def _set_up(arguments: list[str]) -> Config:
    config = load_config(usual_language=console_language(os.environ))
    os.environ["PASSERELLE_LANGUAGE"] = config.language  # for Django, and for our children
    set_up_logs(config)
    if _command_of(arguments) == "run":
        ensure_keys(config.key_file)  # before Django reads it
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "passerelle.site.settings")
    django.setup()
    _translate_help(config.language)
    return config


def _translate_help(language: str) -> None:
    """Let Typer, which asks gettext itself when it is imported, find our catalogue."""
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain("django", LOCALE)
    gettext.textdomain("django")


def _run(arguments: list[str]) -> int:
    from passerelle.commands.app import app
    from passerelle.commands.console.output import print_fault
    from passerelle.engine.services import store_faults

    try:
        with store_faults():
            app(arguments)
    except Fault as fault:
        print_fault(fault, as_json="--json" in arguments)
        return exit_of(fault)
    except SystemExit as end:  # how Typer ends, with our status or its own for wrong usage
        return end.code if isinstance(end.code, int) else Exit.FAILED
    except Exception as error:
        log.exception("command.broken", command=_command_of(arguments))
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return Exit.FAILED
    return Exit.DONE


def exit_of(fault: Fault) -> Exit:
    """The exit status for a fault that ended a command."""
    if isinstance(fault, StoreFault | RunsAlready):
        return Exit.NOT_NOW
    return Exit.SETTINGS if isinstance(fault, SettingFault) else Exit.FAILED


def _command_of(arguments: Sequence[str]) -> str:
    return next((word for word in arguments if not word.startswith("-")), "")


def _tell_without_django(fault: Fault) -> None:
    """Settings are wrong, so Django cannot translate: the catalogue is read directly."""
    language = os.environ.get("PASSERELLE_LANGUAGE") or console_language(os.environ)
    texts = gettext.translation("django", LOCALE, languages=[language], fallback=True)
    facts = in_words(fault.facts, texts.gettext)
    lines = [
        texts.gettext(text).format(**facts)
        for text in (fault.cause, fault.consequence, fault.remedy)
    ]
    sys.stderr.write("\n".join([f"{fault.code} {lines[0]}", *lines[1:], ""]))
