"""The organization's tracking tokens as `tracking` reads them; both directions share it."""

from passerelle.mailboxes.models import SystemSettings
from passerelle.tracking import TokenFormat


def token_format(settings: SystemSettings) -> TokenFormat:
    """How tokens look here."""
    return TokenFormat(
        prefix=settings.tracking_prefix,
        base=settings.tracking_base,
        user_digits=settings.tracking_user_digits,
        counter_digits=settings.tracking_counter_digits,
    )
