"""Which options of tracking a user chooses from, by what the organization and an administrator say.

None is offered where another decides; what somebody has already is never taken from them.
"""

import pytest
from django.core.exceptions import ValidationError

from passerelle.crm.models import SystemUser
from passerelle.crm.models.people import FilteringMethod
from passerelle.mailboxes.models import TrackingRules
from passerelle.mailboxes.models.tracking import NOT_FORCED, OwnOptions
from passerelle.mailboxes.services import forced_option, own_options, require_own_option

ALL, REPLIES, NONE = FilteringMethod.ALL, FilteringMethod.REPLIES, FilteringMethod.NONE


def rules(own: OwnOptions, forced: int = NOT_FORCED) -> TrackingRules:
    return TrackingRules(own_options=own, forced_filter=forced)


def user(held: FilteringMethod) -> SystemUser:
    return SystemUser(incoming_email_filtering_method=held)


@pytest.mark.parametrize(
    ("given", "held", "offered"),
    [
        pytest.param(rules(OwnOptions.ALL), REPLIES, "01234", id="all"),
        pytest.param(rules(OwnOptions.ALL_BUT_EVERYTHING), REPLIES, "1234", id="not-everything"),
        pytest.param(rules(OwnOptions.ALL_BUT_EVERYTHING), ALL, "01234", id="who-has-it-keeps-it"),
        pytest.param(rules(OwnOptions.NONE), REPLIES, "", id="an-administrator-decides"),
        pytest.param(rules(OwnOptions.ALL, NONE), REPLIES, "", id="the-organization-decides"),
        pytest.param(rules(OwnOptions.NONE, ALL), NONE, "", id="both"),
    ],
)
def test_what_is_offered(given: TrackingRules, held: FilteringMethod, offered: str) -> None:
    assert "".join(str(one.value) for one in own_options(given, user(held))) == offered


@pytest.mark.parametrize(
    ("given", "held", "wanted", "allowed"),
    [
        pytest.param(rules(OwnOptions.ALL), REPLIES, ALL, True, id="any"),
        pytest.param(rules(OwnOptions.ALL_BUT_EVERYTHING), REPLIES, ALL, False, id="hidden"),
        pytest.param(rules(OwnOptions.ALL_BUT_EVERYTHING), ALL, NONE, True, id="away-from-it"),
        pytest.param(rules(OwnOptions.NONE), REPLIES, NONE, False, id="none"),
        pytest.param(rules(OwnOptions.NONE), REPLIES, REPLIES, True, id="what-they-have"),
        pytest.param(rules(OwnOptions.ALL, NONE), REPLIES, ALL, False, id="of-no-effect"),
    ],
)
def test_what_is_stored(
    given: TrackingRules, held: FilteringMethod, wanted: FilteringMethod, *, allowed: bool
) -> None:
    if allowed:
        require_own_option(given, user(held), wanted)
    else:
        with pytest.raises(ValidationError) as caught:
            require_own_option(given, user(held), wanted)
        assert set(caught.value.message_dict) == {"filtering"}


def test_the_option_of_the_organization() -> None:
    assert forced_option(rules(OwnOptions.ALL)) is None
    assert forced_option(rules(OwnOptions.ALL, ALL)) is ALL
