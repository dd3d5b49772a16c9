"""Faults of mail on its way: servers, cycles, messages, tracking."""
