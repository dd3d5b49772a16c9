"""Which mailboxes: found by words, left by filters, chosen by a person."""
