"""Leases: who may do which work until when, and that no other writes."""
