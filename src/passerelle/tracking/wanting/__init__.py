"""Whether a message is wanted: the start, the filters, and the lists of what is never tracked."""
