"""Test and Enable: a mailbox is tried step by step, and what passes may be enabled.

Others call `mailboxes.services` (`request_test`, `latest_run`); the engine calls `run`.
"""
