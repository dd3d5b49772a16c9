"""Option values of profiles and mailboxes: Dataverse's integers where Dataverse has the option."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Joining(models.IntegerChoices):
    """What is joined as an answer of that which a mailbox brings; ours."""

    AS_ORGANIZATION = 0, _("As the organization says")
    SURE = 1, _("Only what is sure")
    DOUBTFUL = 2, _("What is doubtful, too")


class ProcessEmailUsing(models.IntegerChoices):
    """Who processes this organization's email."""

    EMAIL_ROUTER = 0, _("Email Router")
    SERVER_SIDE_SYNCHRONIZATION = 1, _("Server-side synchronization")


class IncomingProtocol(models.TextChoices):
    IMAP = "imap", _("IMAP")
    POP3 = "pop3", _("POP3")
    EXCHANGE = "exchange", _("Exchange (cannot run yet)")


class OutgoingProtocol(models.TextChoices):
    SMTP = "smtp", _("SMTP")
    EXCHANGE = "exchange", _("Exchange (cannot run yet)")


class Security(models.TextChoices):
    """The encryption of a connection; the values are those of `protocols`."""

    NONE = "none", _("None")
    STARTTLS = "starttls", _("STARTTLS")
    IMPLICIT = "implicit", _("TLS from the start")


class TlsVersion(models.TextChoices):
    """The oldest version of TLS that is spoken; the values are those of `protocols`."""

    TLS_1_0 = "1.0", _("TLS 1.0 (weak, for old servers)")
    TLS_1_1 = "1.1", _("TLS 1.1 (weak, for old servers)")
    TLS_1_2 = "1.2", _("TLS 1.2")
    TLS_1_3 = "1.3", _("TLS 1.3")


class AuthenticationProtocol(models.IntegerChoices):
    """`incomingauthenticationprotocol`, `outgoing…`, as far as mail protocols have them."""

    AUTOMATIC = 0, _("Detect (SCRAM, else PLAIN or LOGIN)")
    BASIC = 3, _("Basic (PLAIN or LOGIN)")


class ProfileTestStatus(models.IntegerChoices):
    """`lasttestexecutionstatus` of a profile."""

    FAILURE = 0, _("Failure")
    SUCCESS = 1, _("Success")
    WARNING = 2, _("Warning")


class CredentialRetrieval(models.IntegerChoices):
    """`incomingcredentialretrieval`, `outgoingcredentialretrieval`, as far as we use them."""

    MAILBOX = 0, _("Credentials of the user or queue")
    PROFILE = 1, _("Credentials of this profile")
    WINDOWS_INTEGRATED = 3, _("Windows integrated (cannot run here)")
    ANONYMOUS = 4, _("Without credentials (anonymous)")


class DeliveryMethod(models.IntegerChoices):
    """`incomingemaildeliverymethod`, `outgoingemaildeliverymethod`."""

    NONE = 0, _("None")
    OUTLOOK = 1, _("Outlook synchronization")
    SERVER_SIDE = 2, _("Server-side synchronization or Email Router")
    FORWARD = 3, _("Forward mailbox")


class ActDeliveryMethod(models.IntegerChoices):
    """`actdeliverymethod`."""

    OUTLOOK = 0, _("Outlook synchronization")
    SERVER_SIDE = 1, _("Server-side synchronization")
    NONE = 2, _("None")


class AccessApproval(models.IntegerChoices):
    """`emailrouteraccessapproval`."""

    EMPTY = 0, _("Empty")
    APPROVED = 1, _("Approved")
    PENDING = 2, _("Pending approval")
    REJECTED = 3, _("Rejected")


class TestStatus(models.IntegerChoices):
    """`incomingemailstatus`, `outgoingemailstatus`: the result of the last test."""

    NOT_RUN = 0, _("Not run")
    SUCCESS = 1, _("Success")
    FAILURE = 2, _("Failure")


class ServerType(models.IntegerChoices):
    """`emailserverprofile.servertype`, derived from the two protocols."""

    EXCHANGE = 0, _("Exchange Server")
    OTHER = 1, _("Other (POP3/SMTP)")
    EXCHANGE_HYBRID = 2, _("Exchange Server (Hybrid)")
    EXCHANGE_ONLINE_HYBRID = 3, _("Exchange Online (Hybrid)")
    IMAP = 4, _("IMAP/SMTP")


class SentCopies(models.TextChoices):
    """Who keeps what a mailbox sends in its Sent folder."""

    APPEND = "append", _("Passerelle puts a copy there")
    SERVER = "server", _("The server puts its own copy there")
    NONE = "none", _("Nobody")


class Direction(models.TextChoices):
    """The two directions of email, which are enabled, wait and fail apart."""

    INCOMING = "incoming", _("Incoming")
    OUTGOING = "outgoing", _("Outgoing")
