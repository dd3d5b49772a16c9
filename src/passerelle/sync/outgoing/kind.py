"""The kind of work that sends mail, and its bounds."""

KIND = "outgoing"
DEADLINE_SECONDS = 1_800.0  # one message alone may wait 10 minutes for its last answer
ENOUGH_SECONDS = 900.0  # left of the deadline to begin another message
