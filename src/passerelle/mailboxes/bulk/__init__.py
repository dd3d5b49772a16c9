"""One thing done to many mailboxes: shown before, done in chunks, with an account of each."""
