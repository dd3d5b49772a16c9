"""Where a message is: what was decided about it, by an address of it or its Message-ID."""
