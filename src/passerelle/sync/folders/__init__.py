"""Folders of a mailbox that are read beside its inbox: chosen, found again, read."""
