"""Keys: rotated in steps that a kill cannot harm, retired when nothing uses them."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from passerelle.configuration import Config, ensure_keys, read_keys
from passerelle.crm.models import AuditEntry
from passerelle.engine.services import Killed, crash_points
from passerelle.faults import Secret
from passerelle.faults.upkeep import KeyInUse, KeyIsCurrent, KeyUnknown
from passerelle.mailboxes.models import Credential
from passerelle.mailboxes.services import password_counts, reveal, set_password
from passerelle.mailboxes.signing_in import credentials
from passerelle.upkeep.services import list_keys, retire_key, rotate_keys

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    config = replace(settings.PASSERELLE, home=tmp_path)
    monkeypatch.setattr(settings, "PASSERELLE", config)
    ensure_keys(config.key_file)
    return config


def current(config: Config) -> str:
    return read_keys(config.key_file).current[0]


def store(count: int) -> list[Credential]:
    return [set_password(None, f"user{n}", Secret(f"password {n}")) for n in range(count)]


def test_every_password_opens_after_a_rotation_in_this_very_process(config: Config) -> None:
    stored, old = store(5), current(config)
    assert rotate_keys(config, "admin") == 5
    assert current(config) != old
    assert password_counts() == {current(config): 5}
    for number, credential in enumerate(stored):
        credential.refresh_from_db()
        secret = reveal(credential)
        assert secret is not None
        assert secret.reveal() == f"password {number}"
    assert AuditEntry.objects.filter(action="keys.rotated").count() == 1


def test_a_password_stored_after_it_has_the_new_key(config: Config) -> None:
    store(1)
    rotate_keys(config, "admin")
    store(1)
    assert password_counts() == {current(config): 2}


def test_killed_after_the_new_key_it_is_finished_without_another_one(config: Config) -> None:
    store(3)
    with pytest.raises(Killed), crash_points.kill_at("keys.added"):
        rotate_keys(config, "admin")
    added = current(config)
    assert rotate_keys(config, "admin") == 3
    assert current(config) == added
    assert password_counts() == {added: 3}


def test_killed_between_two_steps_it_goes_on(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(credentials, "BATCH", 2)
    store(3)
    with pytest.raises(Killed), crash_points.kill_at("keys.step"):
        rotate_keys(config, "admin")
    assert len(read_keys(config.key_file).by_id) == 2
    rotate_keys(config, "admin")
    assert password_counts() == {current(config): 3}
    assert len(read_keys(config.key_file).by_id) == 2


def test_a_key_that_nothing_uses_is_retired(config: Config) -> None:
    store(1)
    old = current(config)
    with pytest.raises(KeyIsCurrent):
        retire_key(config, old, "admin")
    rotate_keys(config, "admin")
    retire_key(config, old, "admin")
    assert [one.id for one in list_keys(config)] == [current(config)]
    assert AuditEntry.objects.filter(action="key.retired").count() == 1


def test_a_key_in_use_stays(config: Config) -> None:
    store(2)
    old = current(config)
    with pytest.raises(Killed), crash_points.kill_at("keys.added"):
        rotate_keys(config, "admin")
    with pytest.raises(KeyInUse) as refused:
        retire_key(config, old, "admin")
    assert refused.value.facts["count"] == 2
    assert old in read_keys(config.key_file).by_id


def test_an_unknown_key_is_told(config: Config) -> None:
    with pytest.raises(KeyUnknown):
        retire_key(config, "none", "admin")


def test_a_key_that_is_lost_is_listed(config: Config) -> None:
    Credential.objects.create(username="a", ciphertext=b"x" * 40, key_id="gone")
    lost = list_keys(config)[-1]
    assert (lost.id, lost.in_file, lost.passwords) == ("gone", False, 1)
