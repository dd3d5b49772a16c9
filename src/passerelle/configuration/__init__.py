"""Settings and keys of the process, read once. Knows no Django."""

from passerelle.configuration.config import Config, load_config
from passerelle.configuration.keys import Keys, ensure_keys, read_keys

__all__ = ["Config", "Keys", "ensure_keys", "load_config", "read_keys"]
