"""What pages, commands and the health may ask of upkeep."""

from passerelle.upkeep.asking import ask_for_upkeep
from passerelle.upkeep.backup.making import Made, Told, make_backup
from passerelle.upkeep.backup.manifest import Manifest
from passerelle.upkeep.backup.restoring import Replacing, Restored, check_backup, restore
from passerelle.upkeep.installation import (
    Standing,
    confirm_real,
    declare_copy,
    standing,
    take_place,
)
from passerelle.upkeep.keys import KeyUse, list_keys, retire_key, rotate_keys
from passerelle.upkeep.migrating import Report
from passerelle.upkeep.retention.work import Going, preview
from passerelle.upkeep.schedule import register_upkeep
from passerelle.upkeep.search_index import ask_for_search_index, register_search_index
from passerelle.upkeep.settings import save_upkeep_settings, upkeep_settings
from passerelle.upkeep.upgrade import rehearse, upgrade

__all__ = [
    "Going",
    "KeyUse",
    "Made",
    "Manifest",
    "Replacing",
    "Report",
    "Restored",
    "Standing",
    "Told",
    "ask_for_search_index",
    "ask_for_upkeep",
    "check_backup",
    "confirm_real",
    "declare_copy",
    "list_keys",
    "make_backup",
    "preview",
    "register_search_index",
    "register_upkeep",
    "rehearse",
    "restore",
    "retire_key",
    "rotate_keys",
    "save_upkeep_settings",
    "standing",
    "take_place",
    "upgrade",
    "upkeep_settings",
]
