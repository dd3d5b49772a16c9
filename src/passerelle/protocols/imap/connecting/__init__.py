"""A connection to an IMAP server from the first byte to LOGOUT."""
