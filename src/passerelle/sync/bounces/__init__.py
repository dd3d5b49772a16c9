"""Reports led back to the email and the recipient that they are about."""

from passerelle.sync.bounces.noting import note_reports

__all__ = ["note_reports"]
