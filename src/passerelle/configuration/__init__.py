"""Settings, keys and the place of the process, read once. Knows no Django."""

from passerelle.configuration.config import Config, console_language, load_config, networks_in
from passerelle.configuration.keys import (
    Keys,
    add_key,
    ensure_keys,
    locked_keys,
    merge_keys,
    read_keys,
    remove_key,
)
from passerelle.configuration.place import place_of_home

__all__ = [
    "Config",
    "Keys",
    "add_key",
    "console_language",
    "ensure_keys",
    "load_config",
    "locked_keys",
    "merge_keys",
    "networks_in",
    "place_of_home",
    "read_keys",
    "remove_key",
]
