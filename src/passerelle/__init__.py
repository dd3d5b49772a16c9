"""Passerelle: connects people's mailboxes to a CRM from the server side."""

__version__ = "0.1.0"
