"""docs/settings.md and its French: every setting, by its name in environment and file."""

from collections.abc import Iterator, Mapping
from dataclasses import fields

from passerelle.configuration.config import FILE_NAME, PREFIX, Config
from tools.manual.contents import ENGLISH, FRENCH
from tools.pages.wording import row, told

TITLES = {ENGLISH: "# Settings", FRENCH: "# Paramètres"}
SOURCES = {
    ENGLISH: "*Made from `src/passerelle/configuration/config.py` by `python -m tools.pages`.*",
    FRENCH: "*Page produite depuis `src/passerelle/configuration/config.py` par "
    "`python -m tools.pages`.*",
}
INTRODUCTIONS = {
    ENGLISH: f"A setting is read once, at start: from the environment, else from `{FILE_NAME}` in "
    "the home folder, else it is the default. What cannot be understood stops the start and is "
    "named, with what is expected. How email is processed is none of these: it is on the page "
    "*System Settings*.",
    FRENCH: "Un paramètre est lu une seule fois, au démarrage : dans l’environnement, sinon dans "
    f"`{FILE_NAME}` du dossier de travail, sinon il garde sa valeur par défaut. Ce qui est "
    "incompréhensible arrête le démarrage et est nommé, avec ce qui est attendu. La manière de "
    "traiter le courrier électronique n’en fait pas partie : elle se trouve sur la page "
    "*Paramètres système*.",
}
HEADINGS = {
    ENGLISH: "| environment | file | default | what it is |",
    FRENCH: "| environnement | fichier | par défaut | ce que c’est |",
}
EXAMPLES = {ENGLISH: "The file is TOML, as:", FRENCH: "Le fichier est en TOML, par exemple :"}
EMPTY: Mapping[str, str] = {ENGLISH: "empty", FRENCH: "vide"}


def settings_page(language: str) -> str:
    """Every setting, in one language."""
    return "\n".join(
        [
            TITLES[language],
            "",
            SOURCES[language],
            "",
            INTRODUCTIONS[language],
            "",
            HEADINGS[language],
            "|---|---|---|---|",
            *_rows(language),
            "",
            EXAMPLES[language],
            "",
            '    listen = "127.0.0.1:8025"',
            '    language = "fr"',
            "    workers = 2",
            "",
        ]
    )


def _rows(language: str) -> Iterator[str]:
    for setting in fields(Config):
        name = "" if setting.name == "home" else f"`{setting.name}`"
        default = str(setting.default).lower() if setting.default is False else setting.default
        shown = f"`{default}`" if str(default) else EMPTY[language]
        environment = f"`{PREFIX}{setting.name.upper()}`"
        yield row(environment, name, shown, told(setting.metadata["text"], language))
