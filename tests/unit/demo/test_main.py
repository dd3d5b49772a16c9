from pathlib import Path

import pytest

from passerelle.configuration import console_language
from passerelle.demo.__main__ import environment
from passerelle.demo.world import World


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        pytest.param({"LANG": "fr_FR.UTF-8"}, "fr", id="french"),
        pytest.param({"LANG": "fr_FR.UTF-8", "LC_ALL": "en_GB"}, "en", id="lc-all-wins"),
        pytest.param({"LANG": "en_US", "LC_MESSAGES": "fr_CA"}, "fr", id="messages-before-lang"),
        pytest.param({"LANG": "fr_FR", "LC_ALL": ""}, "fr", id="an-empty-one-is-none"),
        pytest.param({"LANG": "de_DE.UTF-8"}, "en", id="a-language-we-do-not-speak"),
        pytest.param({"LANG": "C"}, "en", id="posix"),
        pytest.param({}, "en", id="none"),
    ],
)
def test_the_console_says_the_language(variables: dict[str, str], language: str) -> None:
    assert console_language(variables) == language


def test_no_setting_of_a_real_one_is_used(tmp_path: Path) -> None:
    inherited = {
        "PASSERELLE_DATABASE_URL": "postgresql://real.example/production",
        "PASSERELLE_HOME": "/srv/passerelle",
        "PATH": "/bin",
    }
    given = {**inherited, **environment(World(tmp_path), inherited)}
    assert given["PASSERELLE_DATABASE_URL"] == ""
    assert given["PASSERELLE_HOME"] == str(tmp_path / "home")
    assert given["PATH"] == "/bin"
