"""The syntax of IMAP (RFC 9051, section 9): tokens, responses, strings, dates, sets."""
