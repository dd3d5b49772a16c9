"""The picture in docs/architecture.md is the import contract, and the database follows it, too."""

import re
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "passerelle"
OURS = "passerelle."
CONTRACT = "The house: arrows point down only"


def layers() -> list[set[str]]:
    """The layers of the contract, from the top, each with its neighbours."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for contract in settings["tool"]["importlinter"]["contracts"]:
        if contract["name"] == CONTRACT:
            lines = [re.split(r"\s*\|\s*", line) for line in contract["layers"]]
            return [{name.removeprefix(OURS) for name in line} for line in lines]
    raise AssertionError(CONTRACT)


def heights() -> dict[str, int]:
    """How far from the top each folder stands."""
    return {name: height for height, layer in enumerate(layers()) for name in layer}


def picture() -> list[set[str]]:
    """The lines of the picture: folders stand first in a line, two or more spaces apart."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    drawn = re.findall(r"(?m)^ {4}([a-z]+(?: {2,5}[a-z]+)*) {2,}\S", page)
    return [set(re.split(r" {2,}", line)) for line in drawn]


def test_picture_is_the_contract() -> None:
    names = heights().keys()
    assert [line & names for line in picture()] == layers()


def test_every_folder_and_module_has_its_layer() -> None:
    tops = {file.relative_to(SOURCE).parts[0].removesuffix(".py") for file in SOURCE.rglob("*.py")}
    assert {name for name in tops if not name.startswith("__")} == set(heights())


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = grimp.build_graph("passerelle", cache_dir=None)
    below = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    TopologicalSorter(below).prepare()  # raises `CycleError`, which names the circle


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith(OURS)]


def keys() -> Iterator[tuple[str, str, str]]:
    """Each key to another row: its name, the folder that holds it, the folder it points to."""
    for model in our_models():
        for field in model._meta.get_fields(include_hidden=True):
            if isinstance(field, models.ForeignKey | models.ManyToManyField):
                other = field.related_model
                assert isinstance(other, type), field
                yield str(field), model.__module__.split(".")[1], other.__module__.split(".")[1]


def test_no_row_holds_a_key_to_a_row_of_a_folder_above() -> None:
    found = list(keys())
    assert len(found) > 20
    height = heights()
    upward = [
        name
        for name, holder, target in found
        if holder != target and height[holder] >= height[target]
    ]
    assert upward == []


def test_keys_point_to_our_rows_only() -> None:
    assert {target for _, _, target in keys()} <= set(heights())


def test_no_generic_keys() -> None:
    private = {type(field).__name__ for one in our_models() for field in one._meta.private_fields}
    assert "GenericForeignKey" not in private


@pytest.mark.parametrize("label", sorted({model._meta.app_label for model in our_models()}))
def test_the_migrations_of_an_app_stand_in_one_line(label: str) -> None:
    folder = Path(apps.get_app_config(label).path) / "migrations"
    numbers = [int(one.name[:4]) for one in sorted(folder.glob("0*.py"))]
    assert numbers == list(range(1, len(numbers) + 1))


def later_migrations() -> list[Path]:
    return [file for file in sorted(SOURCE.glob("*/migrations/0*.py")) if file.name[:4] > "0001"]


@pytest.mark.parametrize(
    "file", [pytest.param(file, id=f"{file.parts[-3]}-{file.stem}") for file in later_migrations()]
)
def test_a_migration_says_whether_the_version_before_runs_on_it(file: Path) -> None:
    """Its first line. A new column that must be filled, and has no `db_default`, says no."""
    first = file.read_text(encoding="utf-8").splitlines()[0]
    assert first in {f"# The version before runs on it: {word}." for word in ("yes", "no")}


@pytest.mark.django_db
def test_migrations_are_those_of_the_models(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        call_command("makemigrations", check=True, dry_run=True)
    except SystemExit:
        pytest.fail(capsys.readouterr().out)
