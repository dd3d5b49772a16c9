"""The pages of mailboxes: the list, the record, bulk actions."""
