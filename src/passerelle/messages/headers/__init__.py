"""Header fields: their values, names, and what they say of a message."""
