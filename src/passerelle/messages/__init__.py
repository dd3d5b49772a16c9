"""Bytes to messages and back. Knows no sockets and no records."""
