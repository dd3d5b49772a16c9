"""Settings, read once into a frozen value: environment first, then one TOML file, then defaults.

Every setting is documented where it is defined, below; docs/settings.md is made from it.
Nothing here opens the database or the network.
"""

import ipaddress
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from passerelle.faults import noop
from passerelle.faults.settings import (
    SettingNotUnderstood,
    SettingsFileUnreadable,
    SettingUnknown,
    TimeZoneUnknown,
)

FILE_NAME = "passerelle.toml"
PREFIX = "PASSERELLE_"


Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LANGUAGES = {"en", "fr"}
LAST_PORT = 65535
LEAST_TOKEN_CHARS = 16
MOST_PLACE_CHARS = 100
MOST_THREADS = 64
MOST_WORKERS = 64


def _setting(default: Any, text: str, *, secret: bool = False) -> Any:
    return field(default=default, repr=not secret, metadata={"text": text})


@dataclass(frozen=True, slots=True)
class Config:
    """All settings of the process. The environment's name is PASSERELLE_ and the field's."""

    home: Path = _setting(
        Path("var"), noop("Folder of the database, the key file and the TOML file.")
    )
    database_url: str = _setting(
        "",
        noop("postgresql://user:password@host:port/name; empty: SQLite in the home folder."),
        secret=True,
    )
    listen: str = _setting("127.0.0.1:8025", noop("Address and port of the web server."))
    public_url: str = _setting("", noop("Address by which people reach the pages, behind a proxy."))
    trusted_proxies: str = _setting(
        "",
        noop(
            "Addresses or networks of proxies whose X-Forwarded-For and -Proto are believed,"
            " by commas."
        ),
    )
    workers: int = _setting(0, noop("Worker processes; 0: one a core, at most 8."))
    threads: int = _setting(8, noop("Mailboxes that one worker serves at the same time (1 to 64)."))
    language: str = _setting(
        "en",
        noop(
            "Language of pages and console before a person chose: en, fr."
            " Not set: that of the console (LC_ALL, LC_MESSAGES, LANG), where it is one of them."
        ),
    )
    time_zone: str = _setting("UTC", noop("Time zone in which pages show times, as Europe/Paris."))
    allow_loopback_servers: bool = _setting(
        default=False, text=noop("Whether a profile may name a mail server of this machine itself.")
    )
    log_level: str = _setting("info", noop("debug, info, warning or error."))
    log_format: str = _setting("console", noop("console for people, json for machines."))
    place: str = _setting(
        "", noop("Name of this place; empty: it is known by the home folder and the machine.")
    )
    backup_folder: str = _setting("", noop("Folder of the regular backups, best on another disk."))
    metrics_token: str = _setting(
        "", noop("Bearer token that opens /metrics; at least 16 characters."), secret=True
    )
    metrics_addresses: str = _setting(
        "",
        noop("Addresses or networks that read /metrics without a token, as 127.0.0.1, 10.0.0.0/8."),
    )
    debug: bool = _setting(default=False, text=noop("Django's debug pages; never in production."))

    @property
    def database_file(self) -> Path:
        return self.home / "passerelle.sqlite3"

    @property
    def key_file(self) -> Path:
        return self.home / "passerelle.key"

    @property
    def settings_file(self) -> Path:
        return self.home / FILE_NAME

    @property
    def worker_count(self) -> int:
        return self.workers or min(os.cpu_count() or 1, 8)


def load_config(environ: Mapping[str, str] | None = None, *, usual_language: str = "en") -> Config:
    """Read and check the settings; the language is the usual one where none is set.

    Raises `SettingNotUnderstood`, `SettingUnknown` or `SettingsFileUnreadable`.
    """
    environ = os.environ if environ is None else environ
    home = Path(environ.get(PREFIX + "HOME") or "var").expanduser().absolute()
    file = home / FILE_NAME
    stored = _read_file(file)
    given: dict[str, Any] = {"home": home, "language": usual_language}
    for setting in fields(Config):
        if setting.name == "home":
            continue
        value: Any = environ.get(PREFIX + setting.name.upper()) or stored.get(setting.name)
        if value is not None:
            given[setting.name] = _converted(setting.name, value, setting.default, file)
    config = Config(**given)
    _check(config, file)
    return config


def console_language(environ: Mapping[str, str]) -> str:
    """The language of the console, in the order in which POSIX reads the variables."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    value = next((environ[name] for name in names if environ.get(name)), "")[:2].lower()
    return value if value in LANGUAGES else "en"


def _read_file(file: Path) -> dict[str, Any]:
    try:
        stored = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsFileUnreadable(file=str(file), reason=str(error)) from error
    known = {setting.name for setting in fields(Config)} - {"home"}
    for name in stored.keys() - known:
        raise SettingUnknown(file=str(file), name=name)
    return stored


def _converted(name: str, value: Any, default: Any, file: Path) -> Any:
    kind = type(default)
    if kind is bool and str(value).lower() in {"1", "true", "yes", "0", "false", "no"}:
        return str(value).lower() in {"1", "true", "yes"}
    if kind is int and str(value).isdigit():
        return int(value)
    if kind is str and isinstance(value, str):
        return value
    expected = {bool: noop("true or false"), int: noop("a number"), str: noop("a text")}[kind]
    raise SettingNotUnderstood(name=name, value=str(value), expected=expected, file=str(file))


def _check(config: Config, file: Path) -> None:
    _require(config, "threads", 1 <= config.threads <= MOST_THREADS, noop("between 1 and 64"), file)
    _require(config, "workers", config.workers <= MOST_WORKERS, noop("at most 64"), file)
    _require(config, "language", config.language in LANGUAGES, noop("en or fr"), file)
    levels = {"debug", "info", "warning", "error"}
    _require(config, "log_level", config.log_level in levels, "debug, info, warning, error", file)
    formats = {"console", "json"}
    _require(config, "log_format", config.log_format in formats, noop("console or json"), file)
    host, _, port = config.listen.rpartition(":")
    good = bool(host) and port.isdigit() and int(port) <= LAST_PORT
    _require(config, "listen", good, noop("an address and a port, as 127.0.0.1:8025"), file)
    if not _is_time_zone(config.time_zone):
        raise TimeZoneUnknown(value=config.time_zone)
    good = len(config.place) <= MOST_PLACE_CHARS and config.place.isprintable()
    _require(config, "place", good, noop("a short name"), file)
    _check_metrics(config, file)
    networks = noop("addresses or networks, separated by commas")
    _require(config, "trusted_proxies", _are_networks(config.trusted_proxies), networks, file)
    schemes = ("postgresql://", "postgres://")
    known = not config.database_url or config.database_url.startswith(schemes)
    if not known:  # the value is not repeated: it may hold a password
        raise SettingNotUnderstood(
            name="database_url", value="…", expected=noop("a postgresql:// address"), file=str(file)
        )


def _check_metrics(config: Config, file: Path) -> None:
    token = config.metrics_token
    if token and (len(token) < LEAST_TOKEN_CHARS or not token.isascii()):
        expected = noop("a text of at least 16 plain characters")
        raise SettingNotUnderstood(  # the value is not repeated: it opens something
            name="metrics_token", value="…", expected=expected, file=str(file)
        )
    expected = noop("addresses or networks, separated by commas")
    _require(config, "metrics_addresses", _are_networks(config.metrics_addresses), expected, file)


def networks_in(text: str) -> tuple[Network, ...]:
    """The networks that a text names, by commas. Raises `ValueError`."""
    parts = (part.strip() for part in text.split(","))
    return tuple(ipaddress.ip_network(part, strict=False) for part in parts if part)


def _are_networks(text: str) -> bool:
    try:
        networks_in(text)
    except ValueError:
        return False
    return True


def _is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder's name raises OSError
        return False
    return True


def _require(config: Config, name: str, good: bool, expected: str, file: Path) -> None:  # noqa: FBT001
    if not good:
        value = str(getattr(config, name))
        raise SettingNotUnderstood(name=name, value=value, expected=expected, file=str(file))
