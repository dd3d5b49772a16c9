"""The table of passwords that lies ready."""

import csv
from pathlib import Path

from passerelle.demo.making import password_of, write_passwords
from passerelle.demo.staff import MISSPELT, MISSPELT_ADDRESS, WEBDAV_USERS
from passerelle.demo.world import World


def test_the_table_is_its_owners_alone_and_names_who_reads_here(tmp_path: Path) -> None:
    world = World(tmp_path / "demo-world")
    world.make()
    write_passwords(world, "fr", "one of them all")
    assert world.passwords.stat().st_mode & 0o077 == 0
    with world.passwords.open(encoding="utf-8-sig", newline="") as stream:
        headings, *rows = csv.reader(stream, delimiter=";")
    assert headings[0] == "Adresse"
    assert [MISSPELT_ADDRESS, MISSPELT.address, "one of them all"] in rows
    assert not {row[0] for row in rows} & {one.address for one in WEBDAV_USERS}


def test_the_password_is_made_once(tmp_path: Path) -> None:
    world = World(tmp_path / "demo-world")
    world.make()
    assert password_of(world) == password_of(world)
