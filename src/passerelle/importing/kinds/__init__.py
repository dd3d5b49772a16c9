"""The kinds of records that a table may hold; each plans a batch of rows and writes it."""
