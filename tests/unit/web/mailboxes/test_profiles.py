"""Profiles: what is shown as weak, the default, the state, and names that a template makes."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.unit.web.conftest import World
from tests.unit.web.test_forms import PASSWORD, PROFILE

from passerelle.engine.services import run_due
from passerelle.faults import Secret
from passerelle.mailboxes.models import EmailServerProfile, Mailbox
from passerelle.mailboxes.models.profile import State
from passerelle.mailboxes.services import (
    create_profile,
    reveal,
    set_profile_password,
    system_settings,
    update_profile,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def page(client: Client, name: str, *keys: object) -> str:
    return client.get(reverse(f"web:{name}", args=keys)).content.decode()


def test_what_is_weak_stands_on_the_list_and_on_the_record(
    world: World, as_administrator: Client
) -> None:
    update_profile(
        world.profile,
        incoming_location="old.example.com",
        outgoing_location="relay.example.com",
        oldest_tls="1.0",
        outgoing_security="none",
        outgoing_credential_retrieval=4,
    )
    for shown in (
        page(as_administrator, "profiles"),
        page(as_administrator, "profile", world.profile.pk),
    ):
        assert "lets old.example.com speak TLS 1.0" in shown
        assert "The connection to relay.example.com is not encrypted." in shown
        assert "relay.example.com is given mail without signing in." in shown


def test_what_can_stay_as_it_is_is_folded_until_it_is_not(
    world: World, as_administrator: Client
) -> None:
    new = as_administrator.get("/profiles/new/")
    assert new.context["opened"] == set()
    update_profile(world.profile, emails_a_minute=30)
    edit = reverse("web:profile-edit", args=[world.profile.pk])
    assert as_administrator.get(edit).context["opened"] == {"limits"}
    refused = as_administrator.post(edit, {**PROFILE, "oldest_tls": "0.9", "emails_a_minute": ""})
    assert refused.context["opened"] == {"encryption"}


def test_a_profile_names_a_server(world: World, as_administrator: Client) -> None:
    form = {**PROFILE, "incoming_location": "", "outgoing_location": ""}
    refused = as_administrator.post("/profiles/new/", form)
    assert refused.status_code == 422
    assert "Enter at least one of the two servers." in refused.content.decode()
    one = as_administrator.post("/profiles/new/", {**form, "outgoing_location": "relay.example"})
    assert one.status_code == 302
    assert "None<wbr>:" not in as_administrator.get(one["Location"]).content.decode()


def test_the_default_and_the_state(world: World, as_administrator: Client) -> None:
    default = reverse("web:profile-default", args=[world.profile.pk])
    state = reverse("web:profile-state", args=[world.profile.pk])
    assert as_administrator.post(default, follow=True).status_code == 200
    assert system_settings().default_profile == world.profile
    told = as_administrator.post(state, {"state": "inactive"}, follow=True).content.decode()
    assert "make another one the default first" in told
    other = create_profile("Other")
    as_administrator.post(reverse("web:profile-default", args=[other.pk]))
    told = as_administrator.post(state, {"state": "inactive"}, follow=True).content.decode()
    assert "This profile is inactive" in told
    assert "Set as default profile" not in told
    assert EmailServerProfile.objects.get(pk=world.profile.pk).statecode == State.INACTIVE
    told = as_administrator.post(default, follow=True).content.decode()
    assert "An inactive profile cannot be the default." in told
    as_administrator.post(state, {"state": "active"})
    assert EmailServerProfile.objects.get(pk=world.profile.pk).statecode == State.ACTIVE


def test_the_limits_of_exchange_online_by_one_press(world: World, as_administrator: Client) -> None:
    assert "Those of Exchange Online" in page(as_administrator, "profile", world.profile.pk)
    address = reverse("web:profile-limits", args=[world.profile.pk])
    told = as_administrator.post(address, follow=True).content.decode()
    assert "30 emails a minute, 10000 recipients a day" in told
    assert "Those of Exchange Online" not in told


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        pytest.param("ANN@company.example", 302, id="a-user"),
        pytest.param("", 302, id="nobody"),
        pytest.param("nobody@company.example", 422, id="somebody-unknown"),
    ],
)
def test_the_owner_is_a_user_by_address(
    world: World, as_administrator: Client, typed: str, status: int
) -> None:
    form = {**PROFILE, "owner_address": typed}
    assert as_administrator.post("/profiles/new/", form).status_code == status
    if status == 302:
        profile = EmailServerProfile.objects.get(name="Second")
        assert profile.owner == (world.ann_user if typed else None)
        assert bool(typed) is ("Ann Example" in page(as_administrator, "profile", profile.pk))


def test_the_same_settings_serve_both_directions(world: World, as_administrator: Client) -> None:
    form = {
        **PROFILE,
        "use_same_settings": "on",
        "incoming_credential_retrieval": "1",
        "incoming_username": "service",
        "incoming_password": PASSWORD,
        "incoming_authorization": "{address}",
        "outgoing_location": "",
        "outgoing_username": "",
        "outgoing_password": "",
    }
    assert as_administrator.post("/profiles/new/", form).status_code == 302
    profile = EmailServerProfile.objects.get(name="Second")
    assert profile.outgoing_location == "imap.company.example"
    assert profile.outgoing_authorization == "{address}"
    assert profile.outgoing_credential == profile.incoming_credential
    assert profile.outgoing_credential is not None
    assert reveal(profile.outgoing_credential) == Secret(PASSWORD)
    edit = reverse("web:profile-edit", args=[profile.pk])
    as_administrator.post(edit, {**form, "incoming_password": "", "incoming_location": "b.example"})
    profile.refresh_from_db()
    assert (profile.outgoing_location, profile.outgoing_credential_retrieval) == ("b.example", 1)


@pytest.mark.parametrize(
    ("username", "authorization", "shown"),
    [
        pytest.param("{local}*service", "", "<code>ann*service</code>", id="a-template"),
        pytest.param("cyrus", "{address}", "for ann@company.example", id="an-identity"),
        pytest.param("{name}", "", "{name} means nothing here.", id="what-means-nothing"),
        pytest.param("service", "", "", id="a-name-for-all-needs-no-preview"),
        pytest.param("{local}" * 90, "", "", id="too-long-for-any-profile"),
        pytest.param("<b>{local}", "", "&lt;b&gt;ann", id="text-is-text"),
    ],
)
def test_the_names_while_they_are_typed(
    world: World, as_administrator: Client, username: str, authorization: str, shown: str
) -> None:
    Mailbox.objects.filter(systemuser=world.ann_user).update(profile=world.profile)
    answer = as_administrator.get(
        "/profiles/names/incoming/",
        {
            "profile": str(world.profile.pk),
            "incoming_username": username,
            "incoming_authorization": authorization,
        },
    ).content.decode()
    assert shown in answer
    assert bool(shown) or not answer.strip()


def test_names_for_a_profile_that_is_being_made(world: World, as_administrator: Client) -> None:
    for profile in ("", "nonsense"):
        answer = as_administrator.get(
            "/profiles/names/outgoing/",
            {"profile": profile, "outgoing_username": "{domain}/{local}"},
        )
        assert "example.com/anna.smith" in answer.content.decode()
    assert as_administrator.get("/profiles/names/sideways/").status_code == 404


def test_the_record_shows_the_names_that_are_made(world: World, as_administrator: Client) -> None:
    Mailbox.objects.filter(systemuser=world.ann_user).update(profile=world.profile)
    update_profile(world.profile, incoming_credential_retrieval=1)
    set_profile_password(world.profile, None, "{local}*service", Secret(PASSWORD))
    shown = page(as_administrator, "profile", world.profile.pk)
    assert "ann*service" in shown
    assert PASSWORD not in shown


def test_the_test_of_a_connection_is_asked_for_and_shown(
    world: World, as_administrator: Client
) -> None:
    update_profile(world.profile, incoming_location="", outgoing_location="")
    assert "Not tested yet. The test meets both servers" in page(
        as_administrator, "profile", world.profile.pk
    )
    asked = reverse("web:profile-test", args=[world.profile.pk])
    shown = as_administrator.post(asked, follow=True).content.decode()
    assert "The test waits for its turn." in shown
    run_due(kinds=["profile-test"])
    shown = page(as_administrator, "profile", world.profile.pk)
    assert "names no server for this direction" in shown
    assert "hx-trigger" not in shown.split('id="test"')[1].split(">")[0]


def test_no_box_of_a_password_is_sent_along_with_a_look(
    world: World, as_administrator: Client
) -> None:
    """What htmx includes in a GET stands in logs and histories."""
    shown = page(as_administrator, "profile-edit", world.profile.pk)
    assert 'hx-include="closest form"' not in shown
    included = [part.split('"')[0] for part in shown.split('hx-include="')[1:]]
    assert len(included) == 4
    assert not any("password" in names for names in included)


def test_what_keeps_an_email_from_the_owner_stands_on_the_record(
    world: World, as_administrator: Client
) -> None:
    assert "no owner who can be written to" not in page(
        as_administrator, "profile", world.profile.pk
    )
    update_profile(world.profile, send_email_alert=True)
    shown = page(as_administrator, "profile", world.profile.pk)
    assert "When at least half of the mailboxes fail within an hour" in shown
    assert "has no owner who can be written to." in shown
    assert "No server is named through which Passerelle sends mail of its own." in shown
    update_profile(world.profile, owner=world.ann_user)
    assert "no owner who can be written to" not in page(
        as_administrator, "profile", world.profile.pk
    )
