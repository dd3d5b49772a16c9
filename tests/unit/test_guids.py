"""Keys of our own: version 7, and in the order of time."""

from datetime import UTC, datetime, timedelta
from uuid import RFC_4122

from passerelle.guids import first_guid_of, new_guid


def test_a_new_guid_is_version_7() -> None:
    guid = new_guid()
    assert (guid.version, guid.variant) == (7, RFC_4122)


def test_guids_do_not_repeat_and_keep_the_order_of_milliseconds() -> None:
    guids = [new_guid() for _ in range(5000)]
    assert len(set(guids)) == len(guids)
    times = [guid.int >> 80 for guid in guids]
    assert times == sorted(times)


def test_rows_since_a_moment_begin_at_its_first_guid() -> None:
    now = datetime.now(UTC)
    assert first_guid_of(now - timedelta(seconds=1)) < new_guid()
    assert new_guid() < first_guid_of(now + timedelta(minutes=1))
