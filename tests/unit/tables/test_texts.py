"""Each reason has its sentence."""

from passerelle.tables import DAMAGES, REASONS, Damage, Reason


def test_every_reason_is_told() -> None:
    assert DAMAGES.keys() == set(Damage)
    assert REASONS.keys() == set(Reason)
    assert all("{value}" in text for text in REASONS.values())
