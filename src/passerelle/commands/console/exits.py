"""What the exit status of a command says (`sysexits.h` where it has a number)."""

from enum import IntEnum


class Exit(IntEnum):
    """Scripts may rely on these."""

    DONE = 0
    FAILED = 1  # something that was asked for did not succeed; the output says what
    USAGE = 2  # the command line was not understood
    NOT_NOW = 75  # the database, its disk or another process is in the way; try again later
    SETTINGS = 78  # a setting must be corrected first
