"""Settings: environment before file before default, and a sentence for everything wrong."""

from pathlib import Path

import pytest

from passerelle.configuration import load_config
from passerelle.faults.settings import (
    SettingFault,
    SettingNotUnderstood,
    SettingsFileUnreadable,
    SettingUnknown,
    TimeZoneUnknown,
)


def environment(home: Path, **settings: str) -> dict[str, str]:
    return {
        "PASSERELLE_HOME": str(home),
        **{f"PASSERELLE_{name.upper()}": value for name, value in settings.items()},
    }


def test_defaults_need_nothing(tmp_path: Path) -> None:
    config = load_config(environment(tmp_path))
    assert config.listen == "127.0.0.1:8025"
    assert config.database_file == tmp_path / "passerelle.sqlite3"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "passerelle.toml").write_text('threads = 3\nlanguage = "fr"\n', encoding="utf-8")
    config = load_config(environment(tmp_path, threads="5"))
    assert (config.threads, config.language) == (5, "fr")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("threads", "many", id="a-word-is-no-number"),
        pytest.param("threads", "0", id="no-thread-is-too-few"),
        pytest.param("threads", "65", id="65-threads-are-too-many"),
        pytest.param("language", "de", id="a-language-that-we-do-not-have"),
        pytest.param("log_level", "loud", id="an-unknown-level"),
        pytest.param("log_format", "xml", id="an-unknown-format"),
        pytest.param("listen", "8025", id="a-port-without-an-address"),
        pytest.param("listen", "127.0.0.1:99999", id="a-port-that-does-not-exist"),
        pytest.param("metrics_token", "hunter2", id="a-token-that-can-be-guessed"),
        pytest.param("metrics_addresses", "127.0.0.1, here", id="a-word-is-no-address"),
        pytest.param("debug", "perhaps", id="neither-true-nor-false"),
        pytest.param("database_url", "mysql://root:hunter2@db/x", id="a-database-we-do-not-speak"),
    ],
)
def test_a_wrong_value_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingNotUnderstood) as caught:
        load_config(environment(tmp_path, **{name: value}))
    assert caught.value.facts["name"] == name
    assert "hunter2" not in str(caught.value.facts)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param("thread = 3", SettingUnknown, id="a-slip-of-the-pen"),
        pytest.param("threads = ", SettingsFileUnreadable, id="not-toml"),
        pytest.param("threads = [1]", SettingNotUnderstood, id="a-list-is-no-number"),
        pytest.param("home = '/x'", SettingUnknown, id="the-home-is-not-set-in-the-home"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, text: str, fault: type[SettingFault]) -> None:
    (tmp_path / "passerelle.toml").write_text(text, encoding="utf-8")
    with pytest.raises(fault) as caught:
        load_config(environment(tmp_path))
    assert "passerelle.toml" in str(caught.value.facts["file"])


def test_a_file_of_rubbish_is_named(tmp_path: Path) -> None:
    (tmp_path / "passerelle.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsFileUnreadable):
        load_config(environment(tmp_path))


@pytest.mark.parametrize("name", ["Mars/Olympus", "../../etc", "Europe"])
def test_a_time_zone_that_is_none_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(TimeZoneUnknown) as caught:
        load_config(environment(tmp_path, time_zone=name))
    assert caught.value.facts["value"] == name


def test_no_secret_is_in_what_a_config_prints(tmp_path: Path) -> None:
    secret = "a-token-of-some-length"
    url = "postgresql://crm:hunter2@db/crm"
    config = load_config(environment(tmp_path, metrics_token=secret, database_url=url))
    assert secret not in repr(config)
    assert "hunter2" not in repr(config)
