"""One email as a record: its bytes, its text, what it regards, who looked, and its removal."""
