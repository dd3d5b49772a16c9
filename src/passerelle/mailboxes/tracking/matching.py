"""What smart matching goes by, as `tracking` reads it."""

from collections.abc import Sequence

from django.db import connection

from passerelle.mailboxes.models import SystemSettings, TrackingRules
from passerelle.mailboxes.services.settings import system_settings
from passerelle.mailboxes.tracking.storing import tracking_rules
from passerelle.mailboxes.tracking.tokens import token_format
from passerelle.tracking import MatchingRules, TokenFormat, formats_of_text, phrases_of_text

_STORED = "SELECT * FROM trackingsettings"
# Many record at once, and only who changes the rules waits for them; Django has no such lock.
_HELD = {"postgresql": f"{_STORED} FOR KEY SHARE"}


def matching_rules(settings: SystemSettings, rules: TrackingRules) -> MatchingRules:
    """Its parameters, and the tokens that are no words of a subject."""
    forms = (token_format(settings), *formats_of_text(rules.earlier_tokens))
    return matching_by(rules, forms)


def matching_by(rules: TrackingRules, forms: Sequence[TokenFormat]) -> MatchingRules:
    """The same, where these tokens are known already."""
    return MatchingRules(
        forms=tuple(forms),
        ignored=phrases_of_text(rules.words_ignored),
        words_apart=rules.words_apart,
        hashes_most=rules.hashes_most,
        people_least=rules.people_least,
    )


def matching_unless_off() -> MatchingRules | None:
    """The same as it is stored now, where smart matching is on."""
    return _unless_off(tracking_rules())


def held_rules() -> TrackingRules:
    """The rules as they are stored, which nobody changes before this transaction is committed.

    So who changes them finds all that was recorded by those before, and has it compared anew.
    """
    stored = TrackingRules.objects.raw(_HELD.get(connection.vendor, _STORED))
    return next(iter(stored), None) or TrackingRules()


def held_unless_off() -> MatchingRules | None:
    """`matching_unless_off` for what is compared in this transaction."""
    return _unless_off(held_rules())


def _unless_off(rules: TrackingRules) -> MatchingRules | None:
    return matching_rules(system_settings(), rules) if rules.smart_matching else None
