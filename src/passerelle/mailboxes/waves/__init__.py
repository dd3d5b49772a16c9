"""Mailboxes tested and enabled in waves: planned, started, paused, followed."""
