"""When a direction of a mailbox runs next, and why then."""
