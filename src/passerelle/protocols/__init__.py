"""IMAP, POP3 and SMTP behind a few small interfaces. Knows no record."""
