"""The stage of the store's tests: a user's mail on a real Dovecot, and a real worker process."""

from tests.system.store.conftest import stage

__all__ = ["stage"]
