"""The organization's rules of tracking on their page: shown, changed, refused."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.unit.web.conftest import World

from passerelle.mailboxes.services import tracking_rules
from passerelle.messages import Automatic
from passerelle.sync.models import Place
from passerelle.tracking import Answering, Asked, Case, Filter, PartyKind, case_as_text

pytestmark = [pytest.mark.django_db, pytest.mark.database]
FORM = {
    "forced_filter": "-1",
    "own_options": "0",
    "item_for_read_queue": "on",
    "folders_most": "25",
    "create_automatically": "0",
    "created_most": "100",
    "words_apart": "0",
    "people_least": "2",
    "hashes_most": "20",
}


def test_what_is_ticked_holds_and_what_is_not_does_not(
    world: World, as_administrator: Client
) -> None:
    saved = as_administrator.post(reverse("web:tracking"), {**FORM, "own_filter_only": "on"})
    assert saved.status_code == 302
    rules = tracking_rules()
    assert (rules.own_filter_only, rules.item_for_read_queue) == (True, True)
    assert (rules.internal_to_queues, rules.items_for_recipients) == (False, False)
    page = as_administrator.get(reverse("web:tracking")).content.decode()
    assert page.count("checked") == 2


def test_whom_addresses_mean_is_chosen_there(world: World, as_administrator: Client) -> None:
    as_administrator.post(
        reverse("web:tracking"), {**FORM, "plus_addresses": "on", "sender_unresolved": "on"}
    )
    rules = tracking_rules()
    assert (rules.plus_addresses, rules.sender_unresolved) == (True, True)
    assert (rules.recipients_unresolved, rules.inactive_meant) == (False, False)


@pytest.mark.parametrize("forced", ["", "5", "-2", "all"])
def test_an_option_that_is_none_is_refused(
    world: World, as_administrator: Client, forced: str
) -> None:
    answer = as_administrator.post(reverse("web:tracking"), {**FORM, "forced_filter": forced})
    assert answer.status_code == 422
    assert tracking_rules().internal_to_queues


def test_how_smart_matching_compares_is_chosen_there(
    world: World, as_administrator: Client
) -> None:
    changed = {"words_apart": "2", "words_ignored": "[EXTERN]\r\nTicket#*", "people_least": "1"}
    as_administrator.post(reverse("web:tracking"), {**FORM, **changed})
    rules = tracking_rules()
    assert (rules.words_apart, rules.people_least, rules.hashes_most) == (2, 1, 20)
    assert rules.words_ignored.split() == ["[EXTERN]", "Ticket#*"]
    refused = as_administrator.post(reverse("web:tracking"), {**FORM, "words_ignored": "a *"})
    assert refused.status_code == 422
    assert "“a *” is too long" in refused.content.decode()


def test_the_settings_lead_there(world: World, as_administrator: Client) -> None:
    page = as_administrator.get(reverse("web:settings")).content.decode()
    assert f'href="{reverse("web:tracking")}"' in page


def test_a_preview_shows_the_page_with_what_was_typed_and_saves_nothing(
    world: World, as_administrator: Client
) -> None:
    typed = {**FORM, "own_filter_only": "on", "preview": "1"}
    answer = as_administrator.post(reverse("web:tracking"), typed)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "No message was decided yet" in page
    assert page.count("checked") == 2
    assert not tracking_rules().own_filter_only


@pytest.mark.parametrize(
    ("forced", "said"), [("4", "No message was decided yet"), ("9", "cannot be")]
)
def test_a_change_on_the_page_asks_for_the_preview_alone(
    world: World, as_administrator: Client, forced: str, said: str
) -> None:
    typed = {**FORM, "forced_filter": forced, "preview": "1"}
    answer = as_administrator.post(reverse("web:tracking"), typed, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert (answer.status_code, said in page, "<html" in page) == (200, True, False)


def test_a_preview_tells_what_would_be_decided_otherwise(
    world: World, as_administrator: Client
) -> None:
    asked = Asked(world.ann_user.pk, PartyKind.SYSTEMUSER, Filter.ALL)
    case = Case(
        sender=None,
        matches=0,
        answering=Answering.NONE,
        automatic=Automatic.NO,
        sent_copy=False,
        takers=(asked,),
        reader=world.ann_user.pk,
    )
    Place.objects.filter(email=world.received).update(facts={"case": case_as_text(case)})
    typed = {**FORM, "forced_filter": "4", "preview": "1"}
    page = as_administrator.post(reverse("web:tracking"), typed).content.decode()
    assert "With these settings 0 of the last 1 message would have been taken." in page
    assert "With those that are saved: 1." in page
