"""Credentials of mailboxes and profiles: encrypted, tried one at a time, rested once refused."""
