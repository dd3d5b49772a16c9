"""Keys of our own: version 7, and in the order of time."""

from datetime import UTC, datetime, timedelta
from uuid import RFC_4122, UUID

import pytest

from passerelle.guids import first_guid_of, guid_of, new_guid


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (str(UUID(int=7)), UUID(int=7)),
        (f"{{{UUID(int=7)}}}".upper(), UUID(int=7)),  # as Dynamics shows it
        ("", None),
        ("ann@company.example", None),
        ("7" * 33, None),
        ("\0" * 32, None),
    ],
)
def test_what_somebody_wrote_is_a_guid_or_none(text: str, expected: UUID | None) -> None:
    assert guid_of(text) == expected
