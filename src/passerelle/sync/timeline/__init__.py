"""The time line of a mailbox: written by the cycles, read by pages and a command."""
