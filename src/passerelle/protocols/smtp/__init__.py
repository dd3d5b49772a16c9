"""`MailSender` over SMTP (RFC 5321)."""

from passerelle.protocols.smtp.opening import open_smtp, probe_smtp
from passerelle.protocols.smtp.sender import SmtpSender

__all__ = ["SmtpSender", "open_smtp", "probe_smtp"]
