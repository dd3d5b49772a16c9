"""What smart matching goes by, as `tracking` reads it."""

from passerelle.mailboxes.models import SystemSettings, TrackingRules
from passerelle.mailboxes.services.settings import system_settings
from passerelle.mailboxes.tracking.storing import tracking_rules
from passerelle.mailboxes.tracking.tokens import token_format
from passerelle.tracking import MatchingRules, formats_of_text, phrases_of_text


def matching_rules(settings: SystemSettings, rules: TrackingRules) -> MatchingRules:
    """Its parameters, and the tokens that are no words of a subject."""
    return MatchingRules(
        forms=(token_format(settings), *formats_of_text(rules.earlier_tokens)),
        ignored=phrases_of_text(rules.words_ignored),
        words_apart=rules.words_apart,
        hashes_most=rules.hashes_most,
        people_least=rules.people_least,
    )


def matching_unless_off() -> MatchingRules | None:
    """The same as it is stored now, where smart matching is on."""
    rules = tracking_rules()
    return matching_rules(system_settings(), rules) if rules.smart_matching else None
