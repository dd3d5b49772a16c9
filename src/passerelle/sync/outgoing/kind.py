"""The kinds of work that send mail and file its copies, and their bounds."""

KIND = "outgoing"
COPIES = "sent-copies"
DEADLINE_SECONDS = 1_800.0  # one message alone may wait 10 minutes for its last answer
ENOUGH_SECONDS = 900.0  # left of the deadline to begin another message
EMAILS_AT_ONCE = 20  # that are read together; then others who wait have their turn
OCTETS_AT_ONCE = 4 * 1024 * 1024  # of their messages; what is over is read by itself
EMAILS_A_ROUND = 1_000  # over one connection, while nobody else waits for its place
